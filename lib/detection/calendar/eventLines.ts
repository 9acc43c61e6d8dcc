import type { CalendarEvent } from './Calendar';
import { CalendarError } from './CalendarError';
import { parseEventLine } from './eventLine';

/**
 * Reads events, one a line; lines that are empty or begin with `#` say nothing.
 * @param timeZone of events that name none
 * @throws CalendarError naming the first line that cannot be read
 */
export function parseEventLines(lines: readonly string[], timeZone: string): CalendarEvent[] {
  return lines.flatMap((line, index) => {
    if (isRemark(line)) return [];
    try {
      return [parseEventLine(line, timeZone)];
    } catch (error) {
      throw error instanceof CalendarError ? error.within(`line ${index + 1}`) : error;
    }
  });
}

export function isRemark(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}
