import { checked, list, text, type Field } from '../../settings/fields';
import { SettingError } from '../../settings/SettingError';
import { CalendarError } from './CalendarError';
import { isTimeZone, parseEventLine } from './eventLine';
import { isRemark } from './eventLines';

const line = checked(text(), (value) => {
  if (isRemark(value)) return;
  try {
    parseEventLine(value, 'UTC');
  } catch (error) {
    if (!(error instanceof CalendarError)) throw error;
    throw new SettingError('pattern', { what: error.expected, seen: error.seen });
  }
});

const lines = list(line, { max: 1000 });

/** A setting with events that are known beforehand, one a line; see parseEventLine. */
export const eventLines: Field<readonly string[]> = {
  default: lines.default,
  // As one text, lines end where they end: the blanks and commas that part other lists belong to them.
  parse: (raw) => lines.parse(typeof raw === 'string' ? raw.split(/\r?\n/) : raw),
};

/** A setting that names a time zone of the IANA database. */
export const timeZone: Field<string> = checked(text({ default: 'UTC', required: true }), (value) => {
  if (isTimeZone(value)) return;
  throw new SettingError('pattern', { what: 'a time zone such as Europe/Berlin', seen: `"${value}"` });
});
