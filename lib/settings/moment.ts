import { describeValue } from '../records/describeValue';
import { checked, text, type Field } from './fields';
import { SettingError } from './SettingError';

const iso8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
const what = 'a date and time with zone, such as 2030-01-31T12:00:00Z';

/** A point in time as ISO 8601 text, or as milliseconds since the epoch; '' where there is none. */
export function moment(options: { required?: boolean } = {}): Field<string> {
  return checked(text(options), (value) => {
    if (value === '' || momentTime(value) !== undefined) return;
    throw new SettingError('pattern', { what, seen: describeValue(value) });
  });
}

/** Milliseconds since the epoch; undefined for what is no moment. */
export function momentTime(value: string): number | undefined {
  // Without a zone the same text would be another time on another machine.
  const time = iso8601.test(value) ? Date.parse(value) : /^\d{5,}$/.test(value) ? Number(value) : NaN;
  // Beyond this a Date holds no time.
  return Math.abs(time) <= 8.64e15 ? time : undefined;
}
