/** A value as a person should see it in an error: its kind and a short, safe excerpt. Never throws, never long. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > 40 ? `"${value.slice(0, 40)}…" (${value.length} characters)` : `"${value}"`;
    case 'number':
    case 'bigint':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'object':
      return describeObject(value);
    default:
      return `a ${typeof value}`;
  }
}

function describeObject(value: object | null): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return `a buffer of ${value.byteLength} bytes`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Date) return `the date ${String(value.getTime())}`;
  const names = Object.keys(value);
  const shown = names.slice(0, 5).join(', ').slice(0, 60);
  return names.length === 0 ? 'an empty object' : `an object with ${shown}${names.length > 5 ? ', …' : ''}`;
}
