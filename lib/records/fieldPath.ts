/**
 * Reads a dotted path (`user.id`, `items[0].price`) from a record. A property whose name itself holds dots wins over
 * the path, so flat records with names like `a.b` work too. Reading through a missing level gives undefined.
 */
export type FieldReader = (record: unknown) => unknown;

export function fieldReader(path: string): FieldReader {
  const steps = path
    .replace(/\[(\w+)\]/g, '.$1')
    .split('.')
    .filter((step) => step !== '');
  if (steps.length === 1) return (record) => own(record, path);
  return (record) => {
    const direct = own(record, path);
    if (direct !== undefined) return direct;
    let value = record;
    for (const step of steps) value = own(value, step);
    return value;
  };
}

/** Own properties only: a field named `constructor` must not find what every object inherits. */
function own(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
