import { CalendarError } from './CalendarError';
import { dateOf, dayAt, dayLength, weekdayOf } from './days';
import { fallsOn, type DayRule, type Weekday } from './DayRule';
import type { WallClock } from './LocalClock';
import { wallOf } from './icalTime';
import type { Recur } from './vendor/ical';

/** An RRULE: on which days and at which times something begins, and the last time that it may, by the clock. */
export interface Repetition {
  readonly rule: DayRule;
  times(day: number): readonly number[];
  readonly until: number;
}

const hour = 3_600_000;
const mostTimes = 24;
/** A COUNT that is not used up after so many days is taken for used up. */
const mostDays = 36_525;
const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const periods = { HOURLY: 'day', DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' } as const;

/**
 * Reads a recurrence rule (RFC 5545, 3.3.10) of something that begins when `clock` shows `start`.
 * @throws CalendarError when it comes more often than every hour
 */
export function repetitionOf(recur: Recur, start: number, clock: WallClock): Repetition {
  const { freq } = recur;
  if (!(freq in periods)) throw new CalendarError('a rule that comes at most every hour', String(recur));
  const every = periods[freq as keyof typeof periods];
  const hourly = freq === 'HOURLY';
  const rule = {
    every,
    interval: hourly ? 1 : Math.max(1, recur.interval),
    first: dayAt(start),
    weekStart: recur.wkst - 1,
    ...daysOf(recur, dayAt(start), every),
  };
  const times = hourly ? everySoManyHours(recur, start) : timesOfDay(recur, start);
  const until = recur.until ? lastBy(recur, clock) : Infinity;
  const last = recur.count ? Math.min(until, lastOf(recur.count, rule, times, start)) : until;
  return { rule, times, until: last };
}

function daysOf({ parts, freq }: Recur, first: number, every: DayRule['every']): Partial<DayRule> {
  const { month, date } = dateOf(first);
  const { BYMONTH: months, BYMONTHDAY: monthDays, BYYEARDAY: yearDays, BYWEEKNO: weeks } = parts;
  const given = {
    ...(months && { months }),
    ...(monthDays && { monthDays }),
    ...(yearDays && { yearDays }),
    ...(weeks && { weeks }),
    ...(parts.BYDAY && { weekdays: parts.BYDAY.map(weekday) }),
    ...(parts.BYSETPOS && { positions: parts.BYSETPOS }),
  };
  if (monthDays || yearDays || given.weekdays || freq === 'HOURLY') return given;
  // What the rule leaves open is as in the first day.
  if (every === 'week' || weeks) return { ...given, weekdays: [{ day: weekdayOf(first), nth: 0 }] };
  if (every === 'month') return { ...given, monthDays: [date] };
  return every === 'year' ? { ...given, months: months ?? [month], monthDays: [date] } : given;
}

/** `-1FR`, `MO`. */
function weekday(text: string): Weekday {
  return { day: weekdays.indexOf(text.slice(-2)), nth: Number(text.slice(0, -2)) };
}

function timesOfDay(recur: Recur, start: number): Repetition['times'] {
  const { BYHOUR: hours = [Math.floor((start - dayAt(start) * dayLength) / hour)], BYSETPOS } = recur.parts;
  const behind = timesOfHour(recur, start);
  const times = hours.flatMap((each) => behind.map((time) => each * hour + time)).sort((a, b) => a - b);
  if (times.length > mostTimes) refuseTimes(recur);
  if (BYSETPOS && times.length > 1) {
    throw new CalendarError('a rule with BYSETPOS that begins once a day', String(recur));
  }
  return () => times;
}

function everySoManyHours(recur: Recur, start: number): Repetition['times'] {
  const { BYHOUR, BYSETPOS } = recur.parts;
  const behind = timesOfHour(recur, start);
  if (behind.length > 1) refuseTimes(recur);
  if (BYSETPOS) throw new CalendarError('an hourly rule without BYSETPOS', String(recur));
  const first = Math.floor(start / hour);
  const interval = Math.max(1, recur.interval);
  return (day) =>
    Array.from({ length: 24 }, (_, index) => index)
      .filter((index) => (24 * day + index - first) % interval === 0 && (!BYHOUR || BYHOUR.includes(index)))
      .map((index) => index * hour + behind[0]!);
}

function timesOfHour({ parts }: Recur, start: number): number[] {
  const second = Math.floor(start / 1000);
  const { BYMINUTE = [Math.floor(second / 60) % 60], BYSECOND = [second % 60] } = parts;
  return BYMINUTE.flatMap((minutes) => BYSECOND.map((seconds) => (minutes * 60 + seconds) * 1000));
}

function refuseTimes(recur: Recur): never {
  throw new CalendarError(`a rule that comes at most ${mostTimes} times a day`, String(recur));
}

function lastBy({ until }: Recur, clock: WallClock): number {
  const wall = wallOf(until!);
  if (until!.isDate) return wall + dayLength - 1;
  return until!.zone?.tzid === 'UTC' ? clock.wallAt(wall) : wall;
}

/** When the one begins that is the last of so many; the very first counts too. */
function lastOf(count: number, rule: DayRule, times: Repetition['times'], start: number): number {
  let last = start;
  let left = count - 1;
  for (let day = rule.first; day < rule.first + mostDays; day++) {
    if (!fallsOn(rule, day)) continue;
    for (const time of times(day)) {
      const wall = day * dayLength + time;
      if (wall <= start) continue;
      if (left-- <= 0) return last;
      last = wall;
    }
  }
  return last;
}
