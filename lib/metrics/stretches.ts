/** Intervals in a row; starts of the first and the last, ms since the epoch. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/**
 * Brings intervals together that follow each other.
 * @param starts of intervals, ms since the epoch, in any order
 * @param gap ms between two that still belong together
 */
export function stretchesOf(starts: Iterable<number>, gap: number): Stretch[] {
  const stretches: { from: number; until: number }[] = [];
  for (const start of [...starts].sort((a, b) => a - b)) {
    const last = stretches.at(-1);
    if (last && start - last.until <= gap) last.until = start;
    else stretches.push({ from: start, until: start });
  }
  return stretches;
}

/** Whether two have an interval in common, or would if one of them reached further by so many ms. */
export function overlap(a: Stretch, b: Stretch, tolerance: number): boolean {
  return a.from <= b.until + tolerance && b.from <= a.until + tolerance;
}
