import type * as ICal from './ical';

/** What reads iCalendar files, loaded with the first call: most flows have none. */
export function ical(): typeof ICal {
  return require('./ical') as typeof ICal;
}
