import { raisedLimit, type CalendarEffect } from '../detection/calendar/Calendar';
import type { Interval } from './Interval';
import type { Judgement } from './Point';

/** What was known beforehand to be out of the ordinary. */
export interface Events {
  /** What holds in any part of the stretch from `time` up to but without `until`, ms since the epoch. */
  at(time: number, key: string, until: number, measure: string): CalendarEffect | undefined;
}

/**
 * A verdict on an interval as it is when the calendar knows of an event in any part of it: what does not reach the raised
 * limit is suppressed by it.
 * @param limit severity from which on it would be strange, 0 to 100
 */
export function withCalendar(
  verdict: Judgement,
  limit: number,
  events: Events,
  { start, end }: Pick<Interval, 'start' | 'end'>,
  { key, measure }: { readonly key: string; readonly measure: string },
): Judgement {
  if (verdict.severity < limit) return verdict;
  const event = events.at(start, key, end, measure);
  if (!event || verdict.severity >= raisedLimit(limit, event)) return verdict;
  return { ...verdict, isAnomaly: false, suppressed: `calendar: ${event.name}` };
}
