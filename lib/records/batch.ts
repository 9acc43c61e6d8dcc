/**
 * The message contract's view of a payload: one record, or a batch of records. An array of numbers is one vector, so an
 * array counts as a vector as soon as it holds a number and no object; `[]` is an empty batch.
 */
export function isBatch(payload: unknown): payload is readonly unknown[] {
  return Array.isArray(payload) && !isVector(payload);
}

export function isVector(payload: unknown): payload is readonly unknown[] {
  if (!Array.isArray(payload)) return false;
  let numbers = 0;
  for (const value of payload) {
    if (typeof value === 'object' && value !== null) return false;
    if (typeof value === 'number') numbers++;
  }
  return numbers > 0;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}
