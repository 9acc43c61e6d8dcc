import { raisedLimit, type CalendarEffect } from '../detection/calendar/Calendar';
import type { Judgement } from './Point';

/** What was known beforehand to be out of the ordinary. */
export interface Events {
  /** @param time ms since the epoch */
  at(time: number, key: string): CalendarEffect | undefined;
}

/**
 * A verdict as it is when the calendar knows of an event: what does not reach the raised limit is suppressed by it.
 * @param limit severity from which on it would be strange, 0 to 100
 * @param time ms since the epoch
 */
export function withCalendar(
  verdict: Judgement,
  limit: number,
  events: Events,
  time: number,
  key: string,
): Judgement {
  if (verdict.severity < limit) return verdict;
  const event = events.at(time, key);
  if (!event || verdict.severity >= raisedLimit(limit, event)) return verdict;
  return { ...verdict, isAnomaly: false, suppressed: `calendar: ${event.name}` };
}
