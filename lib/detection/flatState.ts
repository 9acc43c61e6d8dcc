/**
 * Room for everything that one object knows, so that a copy of it is a snapshot.
 * @param from what such a copy held; zeros without it
 * @throws RangeError naming `what` when it is no such copy
 */
export function flatState(what: string, length: number, from?: readonly number[]): Float64Array {
  if (from === undefined) return new Float64Array(length);
  if (from.length !== length || !from.every(Number.isFinite)) {
    throw new RangeError(`the state of ${what} must be ${length} finite numbers`);
  }
  return Float64Array.from(from);
}
