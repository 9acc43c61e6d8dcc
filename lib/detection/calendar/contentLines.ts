import { CalendarError } from './CalendarError';

const line = /^[A-Za-z0-9-]+[;:]/;

/** A VEVENT of an iCalendar text. */
export interface EventText {
  /** the number of the line that it begins with, from 1 */
  readonly line: number;
  readonly text: string;
}

/**
 * Looks at an iCalendar text line by line, as only here it is known where they stand.
 * @throws CalendarError naming the line at which it is no iCalendar text
 */
export function eventTextsOf(text: string): EventText[] {
  const lines = text.split(/\r\n|\n|\r/);
  const open: string[] = [];
  const events: EventText[] = [];
  let start = 0;
  let begun = false;
  lines.forEach((content, index) => {
    const refuse = (expected: string): never => {
      throw new CalendarError(expected, content, `line ${index + 1}`);
    };
    // A line that begins with a blank goes on with the one before.
    if (content === '' || (begun && /^[ \t]/.test(content))) return;
    if (open.length === 0 && !/^BEGIN:VCALENDAR\s*$/i.test(content)) refuse('BEGIN:VCALENDAR');
    begun = true;
    if (!line.test(content)) refuse('a line such as SUMMARY:Sale');
    const [, edge, name] = /^(BEGIN|END):(\S*)\s*$/i.exec(content.toUpperCase()) ?? [];
    if (edge === 'BEGIN') {
      if (name === 'VEVENT') start = index;
      open.push(name!);
    } else if (edge === 'END' && open.pop() !== name) refuse('the end of what was begun last');
    if (edge === 'END' && name === 'VEVENT') {
      events.push({ line: start + 1, text: lines.slice(start, index + 1).join('\r\n') });
    }
  });
  if (open.length > 0 || !begun) {
    throw new CalendarError(`END:${open.at(-1) ?? 'VCALENDAR'}`, undefined, `line ${lines.length}`);
  }
  return events;
}
