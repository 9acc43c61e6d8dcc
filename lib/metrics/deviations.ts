import type { Direction } from '../detection/explanation';
import type { ExpectedValue } from '../detection/series/SeriesDetector';
import type { Point } from './Point';

/** Half a band within which nine of ten values lie, in standard deviations of what is normally distributed. */
const halfBand = 1.645;
/** No band is narrower than this part of what was expected, or the least difference from what never changed would be vast. */
const leastBand = 0.01;
/** The deviations of a series that count. */
const most = 6;

/** How far a value is off, in usual deviations, below 0 when it is low; undefined where nothing is known. */
export function offOf({ value, verdict }: Point, measure: string): number | undefined {
  return offBy(value, verdict.expected?.[measure]);
}

/** As `offOf`, so far as it counts beside others: one that is off without end must not speak for them. */
export function countedOff(value: number, expected: ExpectedValue | undefined): number | undefined {
  const off = offBy(value, expected);
  return off === undefined ? undefined : Math.max(-most, Math.min(most, off));
}

function offBy(value: number, expected: ExpectedValue | undefined): number | undefined {
  if (!expected || Number.isNaN(value)) return undefined;
  const off = value - expected.value;
  if (off === 0) return 0;
  const band = off < 0 ? expected.value - expected.lower : expected.upper - expected.value;
  return (halfBand * off) / Math.max(band, leastBand * Math.abs(expected.value), Number.MIN_VALUE);
}

/** The deviations of some series, in usual ones: what they add up to, how many there are, and how many of those still learn. */
interface Deviations {
  sum: number;
  count: number;
  learning: number;
}

/**
 * The deviations by group, of all groups with several series: those that have a dimension's value in common, and all.
 * @param dimensions how many there are
 */
export function deviationsOf(
  measure: string,
  points: readonly Point[],
  dimensions: number,
): Map<string, Deviations> {
  const byDimension = Array.from({ length: dimensions }, () => new Map<string, Deviations>());
  const all = none();
  for (const point of points) {
    const deviation = countedOff(point.value, point.verdict.expected?.[measure]);
    if (deviation === undefined) continue;
    const learns = point.verdict.warmup !== undefined;
    add(all, deviation, learns);
    for (let at = 0; at < dimensions; at++) {
      const value = point.dimensions[at]!;
      let known = byDimension[at]!.get(value);
      if (!known) byDimension[at]!.set(value, (known = none()));
      add(known, deviation, learns);
    }
  }
  const groups = new Map<string, Deviations>();
  if (all.count > 1) groups.set(nameOf(measure), all);
  byDimension.forEach((values, at) => {
    for (const [value, deviations] of values) {
      // What has all of them is the same group again.
      if (deviations.count > 1 && deviations.count < all.count)
        groups.set(nameOf(measure, at, value), deviations);
    }
  });
  return groups;
}

/**
 * The series of a group that lie beyond the band of what is usual on one side, on which they are said to be. Those that still
 * learn are left out.
 */
export function outOfBand(
  measure: string,
  points: readonly Point[],
  name: string,
  direction: Direction,
): Point[] {
  const [, at, value] = JSON.parse(name) as [string, number?, string?];
  const sign = direction === 'LOW' ? -1 : 1;
  return points
    .filter(({ verdict }) => verdict.warmup === undefined)
    .filter((point) => at === undefined || point.dimensions[at] === value)
    .filter((point) => sign * (countedOff(point.value, point.verdict.expected?.[measure]) ?? 0) > halfBand)
    .map((point) => ({ ...point, verdict: { ...point.verdict, direction } }));
}

function nameOf(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}

function none(): Deviations {
  return { sum: 0, count: 0, learning: 0 };
}

function add(to: Deviations, deviation: number, learns: boolean): void {
  to.sum += deviation;
  to.count++;
  if (learns) to.learning++;
}
