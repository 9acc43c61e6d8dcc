import { Calendar, type CalendarEffect } from './Calendar';
import { CalendarError } from './CalendarError';
import { parseEventLines } from './eventLines';
import { parseICalendar } from './iCalendar';

export interface KnownEventsSettings {
  /** one event a line, see parseEventLine */
  readonly calendar: readonly string[];
  /** an iCalendar file, or a text file of such lines; '' for none */
  readonly calendarFile: string;
  /** by whose clock times go that name no zone */
  readonly timeZone: string;
}

/** The events of a node's settings: those listed, and those of a file, which may be read again. */
export class KnownEvents {
  private calendar: Calendar;

  /**
   * Knows of the events listed; those of the file are known from the first `reload`.
   * @param read gives a file's text; throws when there is none
   * @throws CalendarError naming the line that cannot be read
   */
  constructor(
    private readonly settings: KnownEventsSettings,
    private readonly read: (file: string) => string,
  ) {
    this.calendar = new Calendar(this.listed());
  }

  /**
   * Reads the file again.
   * @throws Error naming file and line when it cannot be read; what was known before is known further on
   */
  reload(): void {
    const { calendarFile: file, timeZone } = this.settings;
    if (file === '') return;
    const text = this.read(file);
    try {
      const events = isICalendar(text)
        ? parseICalendar(text, timeZone)
        : parseEventLines(text.split(/\r\n|\n|\r/), timeZone);
      this.calendar = new Calendar([...this.listed(), ...events]);
    } catch (error) {
      throw error instanceof CalendarError ? error.within(file) : error;
    }
  }

  /** See Calendar. */
  at(time: number, key: string, until = time, measure?: string): CalendarEffect | undefined {
    return this.calendar.at(time, key, until, measure);
  }

  private listed() {
    return parseEventLines(this.settings.calendar, this.settings.timeZone);
  }
}

function isICalendar(text: string): boolean {
  return /^\uFEFF?\s*BEGIN:/i.test(text);
}
