/** Numbers of a piece of memory that several small rooms are in: in pieces of their own, they would take as much again. */
const piece = 1024;
/** What needs more than this has one of its own. */
const small = piece / 8;

let present = new Float64Array(piece);
let used = 0;

/**
 * Room for everything that one object knows, so that a copy of it is a snapshot.
 * @param from what such a copy held; zeros without it
 * @throws RangeError naming `what` when it is no such copy
 */
export function flatState(what: string, length: number, from?: readonly number[]): Float64Array {
  if (from !== undefined && (from.length !== length || !from.every(Number.isFinite))) {
    throw new RangeError(`the state of ${what} must be ${length} finite numbers`);
  }
  const room = roomFor(length);
  if (from !== undefined) room.set(from);
  return room;
}

/** A piece goes when all that is in it has gone; what is made together mostly goes together. */
function roomFor(length: number): Float64Array {
  if (length > small) return new Float64Array(length);
  if (used + length > piece) {
    present = new Float64Array(piece);
    used = 0;
  }
  return present.subarray(used, (used += length));
}
