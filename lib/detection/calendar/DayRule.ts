import { dateOf, dayOf, daysInMonth, weekdayOf } from './days';

/** A weekday, or the nth such day of the month or year; from its end when negative, each of them when 0. */
export interface Weekday {
  /** 0 for Sunday to 6 for Saturday */
  readonly day: number;
  readonly nth: number;
}

/**
 * Days that come again and again: those of every day, week, month or year that meet all of the lists given, as a
 * recurrence rule has them (RFC 5545, 3.3.10). Negative entries count from the end.
 */
export interface DayRule {
  readonly every: 'day' | 'week' | 'month' | 'year';
  /** 2 for every other day, week, month or year */
  readonly interval: number;
  /** where the interval is counted from; no day before it belongs to the rule */
  readonly first: number;
  /** 1 to 12 */
  readonly months?: readonly number[];
  /** 1 to 31 */
  readonly monthDays?: readonly number[];
  /** 1 to 366 */
  readonly yearDays?: readonly number[];
  /** 1 to 53, counted as ISO 8601 does */
  readonly weeks?: readonly number[];
  readonly weekdays?: readonly Weekday[];
  /** which of the days that one day, week, month or year has by all of the above */
  readonly positions?: readonly number[];
  /** 1, Monday, unless weeks begin on another day */
  readonly weekStart?: number;
}

/** Whether a day is one of the rule's. Takes the same time however far from the first it is. */
export function fallsOn(rule: DayRule, day: number): boolean {
  if (day < rule.first || !isSelected(rule, day)) return false;
  if (rule.interval > 1 && (turnOf(rule, day) - turnOf(rule, rule.first)) % rule.interval !== 0) return false;
  return !rule.positions || isAtPosition(rule, day, rule.positions);
}

/** The number of the day, week, month or year. */
function turnOf(rule: DayRule, day: number): number {
  const { year, month } = dateOf(day);
  switch (rule.every) {
    case 'day':
      return day;
    case 'week':
      return Math.floor(weekOf(rule, day) / 7);
    case 'month':
      return 12 * year + month;
    case 'year':
      return year;
  }
}

/** The first day of the week that a day lies in. */
function weekOf({ weekStart = 1 }: DayRule, day: number): number {
  return day - ((weekdayOf(day) - weekStart + 7) % 7);
}

function isSelected(rule: DayRule, day: number): boolean {
  const { year, month, date } = dateOf(day);
  const { months, monthDays, yearDays, weeks, weekdays } = rule;
  if (months && !months.includes(month)) return false;
  if (monthDays && !holds(monthDays, date, daysInMonth(year, month))) return false;
  if (yearDays && !holds(yearDays, day - dayOf(year, 1, 1) + 1, daysInYear(year))) return false;
  if (weeks && !holds(weeks, ...numberOfWeek(rule, day))) return false;
  return !weekdays || weekdays.some((one) => isWeekday(rule, one, day));
}

/** Whether a list names the place, from 1 on, or its distance from the end. */
function holds(list: readonly number[], place: number, length: number): boolean {
  return list.includes(place) || list.includes(place - length - 1);
}

function daysInYear(year: number): number {
  return dayOf(year + 1, 1, 1) - dayOf(year, 1, 1);
}

/** A week belongs to the year that most of its days lie in. */
function numberOfWeek(rule: DayRule, day: number): [week: number, weeks: number] {
  const middle = weekOf(rule, day) + 3;
  const { year } = dateOf(middle);
  const firstMiddle = weekOf(rule, dayOf(year, 1, 4)) + 3;
  const nextMiddle = weekOf(rule, dayOf(year + 1, 1, 4)) + 3;
  return [(middle - firstMiddle) / 7 + 1, (nextMiddle - firstMiddle) / 7];
}

function isWeekday({ every, months }: DayRule, { day: wanted, nth }: Weekday, day: number): boolean {
  if (weekdayOf(day) !== wanted) return false;
  if (nth === 0) return true;
  const { year, month, date } = dateOf(day);
  const inYear = every === 'year' && !months;
  const place = inYear ? day - dayOf(year, 1, 1) + 1 : date;
  const length = inYear ? daysInYear(year) : daysInMonth(year, month);
  return nth > 0 ? Math.ceil(place / 7) === nth : Math.ceil((length - place + 1) / 7) === -nth;
}

function isAtPosition(rule: DayRule, day: number, positions: readonly number[]): boolean {
  const [from, to] = periodOf(rule, day);
  let before = 0;
  let all = 0;
  for (let each = from; each < to; each++) {
    if (!isSelected(rule, each)) continue;
    all++;
    if (each < day) before++;
  }
  return holds(positions, before + 1, all);
}

function periodOf(rule: DayRule, day: number): [from: number, to: number] {
  const { year, month } = dateOf(day);
  switch (rule.every) {
    case 'day':
      return [day, day + 1];
    case 'week':
      return [weekOf(rule, day), weekOf(rule, day) + 7];
    case 'month':
      return [dayOf(year, month, 1), dayOf(year, month + 1, 1)];
    case 'year':
      return [dayOf(year, 1, 1), dayOf(year + 1, 1, 1)];
  }
}
