import { CalendarError } from './CalendarError';
import { daysInMonth } from './days';
import type { Component } from './vendor/ical';

/** What says when an event is; other properties, such as when it was written, matter to nobody here. */
const timed = ['dtstart', 'dtend', 'recurrence-id', 'rdate', 'exdate', 'rrule'];

/**
 * Refuses dates and times of a component that do not exist. A library that reads them lets the thirteenth month be the first
 * of the next year, which would move an event by a year without a word.
 * @throws CalendarError with the first of them
 */
export function refuseImpossibleDates(component: Component): void {
  for (const name of timed) {
    for (const property of component.getAllProperties(name)) {
      const [, , , ...values] = property.jCal as unknown[];
      values.flatMap(textsOf).forEach(refuseImpossible);
    }
  }
}

/** The texts of a value: of a period its start and its end, of a rule the time after which it comes no more. */
function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value === 'object' && value !== null && 'until' in value) return textsOf(value.until);
  return typeof value === 'string' ? [value] : [];
}

function refuseImpossible(text: string): void {
  const found = /^(\d+)-(\d+)-(\d+)(?:T(\d+):(\d+):(\d+)Z?)?$/.exec(text);
  if (!found) return;
  const [year, month, day, hour, minute, second] = found
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  const isDate = month! >= 1 && month! <= 12 && day! >= 1 && day! <= daysInMonth(year!, month!);
  // A minute may have a leap second.
  const isTime = hour! <= 23 && minute! <= 59 && second! <= 60;
  if (!isDate || !isTime) throw new CalendarError('a date and a time that there are', text);
}
