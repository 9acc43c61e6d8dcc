import type { IncidentKind } from '../detection/feedback/likeness';
import type { Point } from './Point';

/** The part of what is off that one value of a dimension must have, so that the incident is said to be there. */
const most = 0.9;

/**
 * By what an incident is compared with others: its measure, the values of dimensions that it is about (all but a tenth of
 * what is off), its direction, how far out it is, and when.
 * @param points that are strange, at least one
 * @param time ms since the epoch
 */
export function kindOf(
  measure: string,
  dimensions: readonly string[],
  points: readonly Point[],
  time: number,
): IncidentKind {
  const weights = points.map((point) => weightOf(point, measure));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const where = dimensions.flatMap((dimension, at) => {
    const sums = new Map<string, number>();
    points.forEach((point, index) => {
      const value = point.dimensions[at]!;
      sums.set(value, (sums.get(value) ?? 0) + weights[index]!);
    });
    return [...sums].filter(([, sum]) => sum >= most * total).map(([value]) => `${dimension} ${value}`);
  });
  const main = points.reduce((a, b, index) => (weights[index]! > weightOf(a, measure) ? b : a));
  return {
    key: [measure, ...where].join(', '),
    direction: main.verdict.direction,
    size: points.reduce((size, { verdict }) => Math.max(size, verdict.score), 0),
    time,
  };
}

/** How far a point is off, of 1 at most where it is off without end. */
function weightOf({ value, verdict }: Point, measure: string): number {
  const expected = verdict.expected?.[measure];
  const off = expected ? Math.abs(value - expected.value) : 0;
  // Tiny, so that points of which nothing was expected count where there are no others.
  return Math.min(1e300, off) + Number.MIN_VALUE;
}
