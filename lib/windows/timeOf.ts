import { numeric } from '../records/numeric';
import { RecordError } from '../records/RecordError';

export const timeFormats = ['auto', 'ms', 's', 'iso'] as const;
export type TimeFormat = (typeof timeFormats)[number];

/** the range of a JavaScript date: 100 million days around 1970 */
const limit = 8.64e15;
const isoPattern =
  /^[+-]?\d{4,6}-\d\d(?:-\d\d(?:[T ]\d\d:?\d\d(?::?\d\d(?:[.,]\d+)?)?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;

const expected: Record<TimeFormat, string> = {
  auto: 'a time: epoch milliseconds or seconds, an ISO 8601 text or a date',
  ms: 'a time in epoch milliseconds',
  s: 'a time in epoch seconds',
  iso: 'a time as ISO 8601 text',
};

/**
 * Milliseconds since the epoch from a field that holds a time. `auto` takes a number (or numeric text) from 1e8 up to
 * 1e11 for seconds, which covers 1973 to 5138, and any other for milliseconds. A text without a zone is UTC, whatever the
 * zone of the machine. A Date is taken as it is in every format.
 * @throws RecordError naming `field`
 */
export function timeOf(value: unknown, format: TimeFormat, field: string): number {
  const time = read(value, format);
  if (!(Math.abs(time) <= limit)) throw new RecordError(field, value, expected[format]);
  return time;
}

function read(value: unknown, format: TimeFormat): number {
  if (value instanceof Date) return value.getTime();
  const number = format === 'iso' ? NaN : numeric(value);
  if (!Number.isNaN(number)) return number * unitOf(number, format);
  if (typeof value !== 'string' || format === 'ms' || format === 's') return NaN;
  return fromText(value);
}

function unitOf(number: number, format: TimeFormat): number {
  if (format !== 'auto') return format === 's' ? 1000 : 1;
  const size = Math.abs(number);
  return size >= 1e8 && size < 1e11 ? 1000 : 1;
}

function fromText(text: string): number {
  const trimmed = text.trim();
  const found = isoPattern.exec(trimmed);
  if (!found) return NaN;
  const standard = trimmed
    .replace(/\s+(?=\d)/, 'T')
    .replace(',', '.')
    .replace(/\s+/, '');
  // Without a zone JavaScript would take the machine's own for a time, yet UTC for a date.
  return Date.parse(found[1] || !/T/i.test(standard) ? standard : `${standard}Z`);
}
