import type { Point } from './Point';

/** How far the series of one interval are, as numbers of series. */
export interface Progress {
  /** those whose verdicts do not mean anything yet */
  readonly learning: number;
  /** the one of them that is furthest behind: intervals seen, of how many; 0 of 0 when there is none */
  readonly seen: number;
  readonly needed: number;
  /** those of a shape other than plain, see Shape */
  readonly skewed: number;
  readonly sparse: number;
}

export const noProgress: Progress = { learning: 0, seen: 0, needed: 0, skewed: 0, sparse: 0 };

/** @param points of each measure */
export function progressOf(points: readonly (readonly Point[])[]): Progress {
  const counts = { ...noProgress };
  for (const of of points) {
    for (const { verdict, shape } of of) {
      if (verdict.warmup) {
        const { seen, needed } = verdict.warmup;
        if (counts.learning++ === 0 || seen < counts.seen) Object.assign(counts, { seen, needed });
      }
      if (shape === 'skewed' || shape === 'sparse') counts[shape]++;
    }
  }
  return counts;
}
