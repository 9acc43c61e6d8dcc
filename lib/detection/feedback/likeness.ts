import { dayLength } from '../calendar/days';
import type { WallClock } from '../calendar/LocalClock';

/** What is known of an incident by which others are compared with it. */
export interface IncidentKind {
  /** of the series */
  readonly key: string;
  readonly direction?: 'HIGH' | 'LOW' | undefined;
  /** how far out it is, 0 or more, in a unit that stays the same and has no upper end: a score, a distance from the usual */
  readonly size: number;
  /** milliseconds since the epoch */
  readonly time: number;
}

/** An incident that was told, and that people may mark. */
export interface ToldIncident extends IncidentKind {
  readonly id: string;
}

const hour = 3_600_000;
/** Up to the first they are alike, from the second on they are not. */
const timesAsLarge = { alike: 1.25, different: 2 };
const hours = { alike: 1, different: 3 };

/**
 * How alike two incidents are, from 0 to 1. Those of another series or in the other direction are not alike at all;
 * otherwise it is the product of
 *
 * |             | 1 when they are                  | 0 when they are           |
 * | ----------- | -------------------------------- | ------------------------- |
 * | size        | within a factor of 1.25          | a factor of 2 apart       |
 * | time of day | within an hour of each other     | 3 hours apart             |
 *
 * and what lies in between on a straight line. The weekday does not count: marks
 * are too few to be parted by seven.
 */
export function likeness(a: IncidentKind, b: IncidentKind, clock: WallClock): number {
  if (a.key !== b.key || a.direction !== b.direction) return 0;
  const ratio = a.size === b.size ? 1 : Math.max(a.size, b.size) / Math.min(a.size, b.size);
  const bySize = fading(ratio, timesAsLarge);
  return bySize === 0 ? 0 : bySize * fading(hoursApart(a.time, b.time, clock), hours);
}

/** Between two times of day, the shorter way round the clock. */
function hoursApart(a: number, b: number, clock: WallClock): number {
  const apart = Math.abs(clock.wallAt(a) - clock.wallAt(b)) % dayLength;
  return Math.min(apart, dayLength - apart) / hour;
}

function fading(distance: number, { alike, different }: typeof hours): number {
  return Math.min(1, Math.max(0, (different - distance) / (different - alike)));
}
