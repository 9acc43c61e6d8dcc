import { raisedLimit, type CalendarEffect } from '../detection/calendar/Calendar';
import { forEachStep, type Steps } from '../steps/Steps';
import type { Interval } from './Interval';
import type { Judgement, Point } from './Point';

/** What was known beforehand to be out of the ordinary. */
export interface Events {
  /** What holds in any part of the stretch from `time` up to but without `until`, ms since the epoch. */
  at(time: number, key: string, until: number, measure: string): CalendarEffect | undefined;
}

/** Where points of all series come from. */
interface Origin {
  readonly measure: string;
  readonly interval: Pick<Interval, 'start' | 'end'>;
}

/** What it takes to see whether something was known beforehand of a point: see Steps. */
const perPoint = 0.02;

/**
 * Points with what was known beforehand of their time. What stands in for a missing value is no anomaly, nor is what does not
 * reach the limit that an event of the calendar has raised.
 * @param limit severity from which on a point would be strange, 0 to 100
 */
export function* withKnown(
  points: readonly Point[],
  origin: Origin,
  events: Events,
  limit: number,
): Steps<Point[]> {
  const known: Point[] = [];
  yield* forEachStep(points, perPoint, (point) => {
    const suppressed = point.verdict.severity < limit ? undefined : reasonFor(point, origin, events, limit);
    known.push(
      suppressed ? { ...point, verdict: { ...point.verdict, isAnomaly: false, suppressed } } : point,
    );
  });
  return known;
}

/** The points that no event of the calendar concerns: what it explains says nothing of a group. */
export function* unannounced(points: readonly Point[], origin: Origin, events: Events): Steps<Point[]> {
  const rest: Point[] = [];
  yield* forEachStep(points, perPoint, (point) => {
    if (!eventAt(point, origin, events)) rest.push(point);
  });
  return rest;
}

/** Why a point is no anomaly that is severe enough for one. */
function reasonFor(point: Point, origin: Origin, events: Events, limit: number): Judgement['suppressed'] {
  if (Number.isNaN(point.value)) return 'missing';
  const event = eventAt(point, origin, events);
  if (!event || point.verdict.severity >= raisedLimit(limit, event)) return undefined;
  return `calendar: ${event.name}`;
}

function eventAt({ key }: Point, { measure, interval }: Origin, events: Events): CalendarEffect | undefined {
  return events.at(interval.start, key, interval.end, measure);
}
