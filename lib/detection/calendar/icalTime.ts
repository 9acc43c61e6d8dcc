import { dayLength, dayOf } from './days';
import type { WallClock } from './LocalClock';
import type { Duration, Property, Time } from './vendor/ical';

/** What the clock shows that a value of an iCalendar file is by; a mere date is its first moment. */
export function wallOf({ year, month, day, hour, minute, second }: Time): number {
  return dayOf(year, month, day) * dayLength + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** Finds the clock that a time zone of the file stands for. */
export type ClockOf = (tzid: string) => WallClock;

/** The clock that a time is by: UTC, that of its TZID, or the one of whoever reads it. */
export function clockOfTime(property: Property, time: Time, clockOf: ClockOf, own: WallClock): WallClock {
  if (time.zone?.tzid === 'UTC') return clockOf('UTC');
  const tzid = property.getFirstParameter('tzid');
  return tzid && !time.isDate ? clockOf(tzid) : own;
}

export interface NominalDuration {
  readonly days: number;
  readonly milliseconds: number;
}

export function lengthOf({ weeks, days, hours, minutes, seconds, isNegative }: Duration): NominalDuration {
  const sign = isNegative ? -1 : 1;
  return {
    days: sign * (7 * weeks + days),
    milliseconds: sign * ((hours * 60 + minutes) * 60 + seconds) * 1000,
  };
}
