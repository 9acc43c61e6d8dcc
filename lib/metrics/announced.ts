import { raisedLimit, type CalendarEffect } from '../detection/calendar/Calendar';
import { forEachStep, type Steps } from '../steps/Steps';
import type { Interval } from './Interval';
import type { Judgement, Point } from './Point';

/** What was known beforehand to be out of the ordinary. */
export interface Events {
  /** What holds in any part of the stretch from `time` up to but without `until`, ms since the epoch. */
  at(time: number, key: string, until: number): CalendarEffect | undefined;
}

/** What it takes to see whether something was known beforehand of a point: see Steps. */
const perPoint = 0.02;

/**
 * Points with what was known beforehand of their time. What stands in for a missing value is no anomaly.
 * @param limit severity from which on a point would be strange, 0 to 100
 */
export function* withKnown(
  points: readonly Point[],
  limit: number,
  events: Events,
  interval: Interval,
): Steps<Point[]> {
  const known: Point[] = [];
  yield* forEachStep(points, perPoint, (point) => {
    const isMade = Number.isNaN(point.value) && point.verdict.severity >= limit;
    const verdict: Judgement = isMade
      ? { ...point.verdict, isAnomaly: false, suppressed: 'missing' }
      : withCalendar(point.verdict, limit, events, interval, point.key);
    known.push(verdict === point.verdict ? point : { ...point, verdict });
  });
  return known;
}

/** The points that no event of the calendar concerns: what it explains says nothing of a group. */
export function* unannounced(
  points: readonly Point[],
  events: Events,
  { start, end }: Interval,
): Steps<Point[]> {
  const unannounced: Point[] = [];
  yield* forEachStep(points, perPoint, (point) => {
    if (!events.at(start, point.key, end)) unannounced.push(point);
  });
  return unannounced;
}

/**
 * A verdict on an interval as it is when the calendar knows of an event in any part of it: what does not reach the raised
 * limit is suppressed by it.
 * @param limit severity from which on it would be strange, 0 to 100
 */
function withCalendar(
  verdict: Judgement,
  limit: number,
  events: Events,
  { start, end }: Pick<Interval, 'start' | 'end'>,
  key: string,
): Judgement {
  if (verdict.severity < limit) return verdict;
  const event = events.at(start, key, end);
  if (!event || verdict.severity >= raisedLimit(limit, event)) return verdict;
  return { ...verdict, isAnomaly: false, suppressed: `calendar: ${event.name}` };
}
