import { raisedLimit, type Calendar } from '../detection/calendar/Calendar';
import type { Verdict } from '../detection/series/SeriesDetector';

/**
 * A verdict as it is when the calendar knows of an event: what does not reach the raised limit is suppressed by it.
 * @param limit severity from which on it would be strange, 0 to 100
 * @param time ms since the epoch
 */
export function withCalendar(
  verdict: Verdict,
  limit: number,
  calendar: Calendar,
  time: number,
  key: string,
): Verdict {
  if (verdict.severity < limit) return verdict;
  const event = calendar.at(time, key);
  if (!event || verdict.severity >= raisedLimit(limit, event)) return verdict;
  return { ...verdict, isAnomaly: false, suppressed: `calendar: ${event.name}` };
}
