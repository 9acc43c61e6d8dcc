/**
 * Values further than this from the origin are taken as that far: far beyond any data that float32 can tell apart, and
 * the sum of the sides of any box is still finite.
 */
const furthest = 1e31;

/** A value as the forest keeps it: counted from the origin, in float32. NaN stays NaN. */
export function relative(value: number, origin: number): number {
  const apart = value - origin;
  // Adding 0 turns -0 into 0, also the -0 that a tiny number rounds to.
  return Math.fround(apart > furthest ? furthest : apart < -furthest ? -furthest : apart) + 0;
}
