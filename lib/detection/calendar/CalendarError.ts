import { describeValue } from '../../records/describeValue';

/** A calendar that cannot be read: where, what was expected there, and what was seen. */
export class CalendarError extends Error {
  /** what was seen, short */
  readonly seen: string;

  /**
   * @param expected to stand behind "must be"
   * @param found what stands there instead; undefined where the line ends
   * @param place such as `line 3 of holidays.ics`; '' where there is but one line
   */
  constructor(
    readonly expected: string,
    private readonly found: string | undefined,
    readonly place = '',
  ) {
    const seen = found === undefined ? 'the end of the line' : describeValue(found);
    super(`${place}${place && ': '}must be ${expected}, got ${seen}`);
    this.name = 'CalendarError';
    this.seen = seen;
  }

  /** The same error one level further out: `line 3` in a file. */
  within(outer: string): CalendarError {
    return new CalendarError(this.expected, this.found, this.place ? `${this.place} of ${outer}` : outer);
  }
}
