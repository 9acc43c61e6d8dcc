import { CalendarError } from './CalendarError';
import { dateOf, dayAt, dayLength, dayOf, daysInMonth, weekdayOf } from './days';
import type { DayRule } from './DayRule';
import { dateIn, monthAndDayIn, stretchIn, timesOfDay, type MonthAndDay } from './lineTimes';
import type { LineWords } from './LineWords';
import type { WallClock } from './LocalClock';
import { Listed, Recurring, until, type Schedule } from './Schedule';
import { weekdayIn, weekdaysIn } from './weekdays';

type Rule = Omit<DayRule, 'interval' | 'first'>;

/** The rules of lines have always been. */
const first = dayOf(1, 1, 1);
const daysOfLeapYear = 366;
const ordinals = ['last', '1st', '2nd', '3rd', '4th'];

/**
 * When the event of a line takes place: takes the words that say so.
 * @throws CalendarError saying what was expected
 */
export function scheduleIn(words: LineWords, clock: WallClock): Schedule {
  const date = dateIn(words);
  if (date !== undefined) return once(words, date, clock);
  const [kind] = words.require(
    /^(daily|weekdays|weekends|weekly|monthly|yearly)$/,
    'a date such as 2026-11-27, or daily, weekdays, weekends, weekly, monthly or yearly',
  );
  switch (kind) {
    case 'daily':
      return recurring(words, { every: 'day' }, clock);
    case 'weekdays':
      return recurring(words, on([1, 2, 3, 4, 5]), clock);
    case 'weekends':
      return recurring(words, on([6, 0]), clock);
    case 'weekly':
      return weekly(words, clock);
    case 'monthly':
      return recurring(words, monthly(words), clock);
    default:
      return yearly(words, clock);
  }
}

/** `2026-11-27 08:00 for 12h`, `2026-11-27 to 2026-11-30`, `2026-11-27 18:00 to 2026-11-28 06:00`. */
function once(words: LineWords, day: number, clock: WallClock): Schedule {
  const stretch = stretchIn(words, dateIn);
  if (!stretch) {
    const { start, ending } = timesOfDay(words);
    const wall = day * dayLength + start;
    return new Listed([{ start: clock.timeAt(wall), end: ending(wall, clock) }]);
  }
  const start = day * dayLength + stretch.start;
  const end = stretch.day * dayLength + stretch.end;
  if (end <= start) {
    const { year, month, date } = dateOf(stretch.day);
    throw new CalendarError('an end that is later than the start', `${year}-${month}-${date}`);
  }
  return new Listed([{ start: clock.timeAt(start), end: clock.timeAt(end) }]);
}

/** `mon,wed 06:00-06:30`, `sat`, `fri 18:00 to mon 06:00`. */
function weekly(words: LineWords, clock: WallClock): Schedule {
  const stretch = words.attempt(() => {
    const from = weekdayIn(words);
    const to = from === undefined ? undefined : stretchIn(words, weekdayIn);
    return from !== undefined && to && { from, ...to };
  });
  if (!stretch) {
    const days = weekdaysIn(words) ?? words.refuse('weekdays such as mon, mon,wed or mon-fri');
    return recurring(words, on(days), clock);
  }
  const { from, day: to, start, end } = stretch;
  const sameDay = to === from && end > start;
  const wallEnd = (day: number) =>
    (day + (sameDay ? 0 : ((to - weekdayOf(day) + 6) % 7) + 1)) * dayLength + end;
  return stretching(on([from]), start, wallEnd, 8, clock);
}

/** `1`, `1,15`, `last`, `2nd tue`, `last fri`. */
function monthly(words: LineWords): Rule {
  const dates = words
    .match(/^\d{1,2}(,\d{1,2})*$/)?.[0]
    .split(',')
    .map(Number);
  if (dates) {
    const wrong = dates.find((date) => date < 1 || date > 31);
    if (wrong !== undefined) throw new CalendarError('a day from 1 to 31', String(wrong));
    return { every: 'month', monthDays: dates };
  }
  const [ordinal] = words.require(
    /^(last|1st|2nd|3rd|4th)$/,
    'a day of the month such as 1, 1,15, last or 2nd tue',
  );
  const day = weekdayIn(words);
  const nth = ordinals.indexOf(ordinal) || -1;
  if (day !== undefined) return { every: 'month', weekdays: [{ day, nth }] };
  if (nth === -1) return { every: 'month', monthDays: [-1] };
  return words.refuse(`a weekday after ${ordinal}, such as tue`);
}

/** `12-25`, `12-24 to 12-26`, `12-31 18:00 to 01-01 06:00`. */
function yearly(words: LineWords, clock: WallClock): Schedule {
  const from = monthAndDayIn(words) ?? words.refuse('a month and a day such as 12-24');
  const rule: Rule = { every: 'year', months: [from.month], monthDays: [from.date] };
  const stretch = stretchIn(words, monthAndDayIn);
  if (!stretch) return recurring(words, rule, clock);
  const { day: to, start, end } = stretch;
  const days = endingIn(2024, to) - endingIn(2024, from);
  const reach = ((days + daysOfLeapYear) % daysOfLeapYear || daysOfLeapYear) + 1;
  return stretching(
    rule,
    start,
    (day) => {
      const { year } = dateOf(day);
      const sameYear = endingIn(year, to) * dayLength + end;
      return sameYear > day * dayLength + start ? sameYear : endingIn(year + 1, to) * dayLength + end;
    },
    reach,
    clock,
  );
}

/** 29 February stands for the last of February. */
function endingIn(year: number, { month, date }: MonthAndDay): number {
  return dayOf(year, month, Math.min(date, daysInMonth(year, month)));
}

function on(weekdays: readonly number[]): Rule {
  return { every: 'week', weekdays: weekdays.map((day) => ({ day, nth: 0 })) };
}

function recurring(words: LineWords, rule: Rule, clock: WallClock): Schedule {
  const { start, ending, reach } = timesOfDay(words);
  const times = [start];
  return new Recurring({ rule: { ...rule, interval: 1, first }, times: () => times, ending, reach }, clock);
}

/**
 * @param wallEnd what the clock shows at the end of what begins on a day
 * @param reach days that it may last at most
 */
function stretching(
  rule: Rule,
  start: number,
  wallEnd: (day: number) => number,
  reach: number,
  clock: WallClock,
): Schedule {
  const times = [start];
  const ending = until((wall) => wallEnd(dayAt(wall)));
  return new Recurring({ rule: { ...rule, interval: 1, first }, times: () => times, ending, reach }, clock);
}
