import { CalendarError } from './CalendarError';
import { dayLength, dayOf, daysInMonth } from './days';
import type { LineWords } from './LineWords';
import { after, until, type Ending } from './Schedule';

/** When in a day something begins, and how it ends. */
export interface TimesOfDay {
  /** milliseconds since midnight by the clock */
  readonly start: number;
  readonly ending: Ending;
  /** days that it may last at most */
  readonly reach: number;
}

const minute = 60_000;
const mostDays = 366;
const clockTime = /^(\d{1,2}):(\d\d)$/;
/** What people write for a time of day: as a name, it would make a whole day of the event. */
const unclearTime = /^(at|from|between|until|\d{1,2}([:.]\d\d)?(am|pm|h)?(-.*)?)$/;
const clockTimes = /^(\d{1,2}:\d\d)-(\d{1,2}:\d\d)$/;

/** `06:00-06:30`, `06:00 to 06:30`, `06:00 for 20m`, `for 3d`, or nothing for the whole day. */
export function timesOfDay(words: LineWords): TimesOfDay {
  const range = words.match(clockTimes);
  if (range) return between(timeOf(range[1]!), timeOf(range[2]!, true));
  const start = timeOfDay(words);
  if (words.match(/^for$/)) return { start: start ?? 0, ...duration(words) };
  if (start === undefined) return wholeDay(words);
  words.require(/^to$/, 'how long, such as "for 20m" or "to 06:30"');
  return between(start, endOfDay(words) ?? words.refuse('a time of day such as 06:00'));
}

/** @throws CalendarError when a time of day was meant */
function wholeDay(words: LineWords): TimesOfDay {
  refuseUnclear(words);
  return { start: 0, ending: after(1), reach: 1 };
}

function refuseUnclear(words: LineWords): void {
  const seen = words.next;
  if (!words.match(unclearTime)) return;
  throw new CalendarError('a time of day such as 06:00 (or a name in double quotes)', seen);
}

/** What goes on until another day. */
export interface Stretch<Day> {
  /** milliseconds since midnight of the first day by the clock */
  readonly start: number;
  readonly day: Day;
  /** the same of the last day */
  readonly end: number;
}

/** `18:00 to mon 06:00` behind a first day, if the words go on so. Without times both days are part of it. */
export function stretchIn<Day>(
  words: LineWords,
  dayIn: (words: LineWords) => Day | undefined,
): Stretch<Day> | undefined {
  return words.attempt(() => {
    const start = timeOfDay(words) ?? 0;
    const day = words.match(/^to$/) && dayIn(words);
    if (day === undefined) return undefined;
    const end = endOfDay(words);
    if (end === undefined) refuseUnclear(words);
    return { start, day, end: end ?? dayLength };
  });
}

/** A time of day, if one stands next; ms since midnight. */
function timeOfDay(words: LineWords): number | undefined {
  const time = words.match(clockTime);
  return time && timeOf(time[0]);
}

/** As `timeOfDay`, for an end, which may be 24:00. */
function endOfDay(words: LineWords): number | undefined {
  const time = words.match(clockTime);
  return time && timeOf(time[0], true);
}

/** `20m`, `1h30m`, `2d`, behind "for". */
function duration(words: LineWords): Omit<TimesOfDay, 'start'> {
  const expected = 'a duration such as 20m, 1h30m or 2d';
  const seen = words.next;
  const parts = words.require(/^(?=\d)(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?$/, expected);
  const [days, hours, minutes] = parts.slice(1).map((part: string | undefined) => Number(part ?? 0));
  const milliseconds = (60 * hours! + minutes!) * minute;
  const reach = days! + Math.ceil(milliseconds / dayLength);
  if (reach === 0 || reach > mostDays) throw new CalendarError(`more than 0m and at most ${mostDays}d`, seen);
  return { ending: after(days!, milliseconds), reach };
}

/** `2026-11-27`. @returns a day's number */
export function dateIn(words: LineWords): number | undefined {
  const seen = words.next;
  const date = words.match(/^(\d{4})-(\d\d)-(\d\d)$/);
  if (!date) return undefined;
  const [year, month, day] = date.slice(1).map(Number);
  if (month! < 1 || month! > 12 || day! < 1 || day! > daysInMonth(year!, month!)) {
    throw new CalendarError('a date that exists, such as 2026-11-27', seen);
  }
  return dayOf(year!, month!, day!);
}

/** A day of every year. */
export interface MonthAndDay {
  readonly month: number;
  readonly date: number;
}

/** `12-24`; `02-29` comes in leap years only. */
export function monthAndDayIn(words: LineWords): MonthAndDay | undefined {
  const seen = words.next;
  const parts = words.match(/^(\d\d)-(\d\d)$/);
  if (!parts) return undefined;
  const [month, date] = parts.slice(1).map(Number) as [number, number];
  const leapYear = 2024;
  if (month < 1 || month > 12 || date < 1 || date > daysInMonth(leapYear, month)) {
    throw new CalendarError('a month and a day that exist, such as 12-24', seen);
  }
  return { month, date };
}

function timeOf(text: string, isEnd = false): number {
  const [hour, minutes] = text.split(':').map(Number);
  const time = (60 * hour! + minutes!) * minute;
  if (minutes! > 59 || time > dayLength || (time === dayLength && !isEnd)) {
    throw new CalendarError(`a time from 00:00 to ${isEnd ? '24:00' : '23:59'}`, text);
  }
  return time;
}

/** An end that is no later than the start is one of the next day. */
function between(start: number, end: number): TimesOfDay {
  const length = end > start ? end - start : end - start + dayLength;
  return { start, ending: until((wall) => wall + length), reach: 1 };
}
