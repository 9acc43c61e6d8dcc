/**
 * Days counted from 1970-01-01, which is day 0, in the Gregorian calendar and in no time zone. Times of a local clock are
 * milliseconds since that day's midnight as the clock shows it (`wall` below), whatever the zone's distance from UTC.
 */
export const dayLength = 86_400_000;

export interface DateParts {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  /** 1 to 31 */
  readonly date: number;
}

/** A date that does not exist, such as 31 June, runs over into the next month. */
export function dayOf(year: number, month: number, date: number): number {
  // Date.UTC takes the years 0 to 99 for those of the 20th century.
  return Math.floor(new Date(0).setUTCFullYear(year, month - 1, date) / dayLength);
}

export function dateOf(day: number): DateParts {
  const date = new Date(day * dayLength);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, date: date.getUTCDate() };
}

/** 0 for Sunday to 6 for Saturday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

export function daysInMonth(year: number, month: number): number {
  return dayOf(year, month + 1, 1) - dayOf(year, month, 1);
}

/** The day that a clock shows at a time of its own. */
export function dayAt(wall: number): number {
  return Math.floor(wall / dayLength);
}
