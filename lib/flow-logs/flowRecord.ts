import { RecordError } from '../records/RecordError';
import { largestValue } from './fields';

/** One flow: numbers for what counts, text for the rest. A field that the log had no value for is absent. */
export interface FlowRecord {
  [property: string]: string | number;
}

/** Longer than any real line: the documented fields of all versions together stay below 4 KiB. */
const longestLine = 64 * 1024;

/** The columns of a line. @throws RecordError when it is empty or absurdly long */
export function columnsOf(line: string): string[] {
  if (line.length > longestLine) {
    throw new RecordError('payload', line, `a flow log line of at most ${longestLine} characters`);
  }
  const trimmed = line.trim();
  if (trimmed === '') throw new RecordError('payload', line, 'a flow log line');
  return trimmed.split(/\s+/);
}

/**
 * @param columns the values of one line
 * @param properties the property that each column is
 * @throws RecordError naming the field that does not fit
 */
export function flowRecord(columns: readonly string[], properties: readonly string[]): FlowRecord {
  if (columns.length !== properties.length) {
    const expected = `${properties.length} columns (${excerpt(properties)}), not ${columns.length}`;
    throw new RecordError('payload', columns.join(' '), expected);
  }
  const record: FlowRecord = {};
  properties.forEach((property, at) => set(record, property, columns[at]!));
  return finished(record, columns);
}

/**
 * A flow from columns that a subscription's filter pattern has named.
 * @throws RecordError naming the field that does not fit
 */
export function flowRecordOf(named: Readonly<Record<string, unknown>>): FlowRecord {
  const record: FlowRecord = {};
  for (const [property, value] of Object.entries(named)) {
    if (value === null || value === undefined || value === '') continue;
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new RecordError(property, value, 'text or a number');
    }
    set(record, property, String(value));
  }
  return finished(record, named);
}

/** When the flow was observed, in milliseconds: the end of its capture, or its start where the log has no end. */
export function flowTime({ start, end }: FlowRecord): number | undefined {
  const seconds = end ?? start;
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
}

/** Whether the line only says that there was no traffic (NODATA), or that records were lost (SKIPDATA). */
export function isWithoutData({ log_status: status }: FlowRecord): boolean {
  return status === 'NODATA' || status === 'SKIPDATA';
}

function set(record: FlowRecord, property: string, value: string): void {
  if (value === '-') return;
  const largest = largestValue(property);
  record[property] = largest === undefined ? value : wholeNumber(property, value, largest);
}

function wholeNumber(property: string, value: string, largest: number): number {
  const number = /^\d{1,16}$/.test(value) ? Number(value) : NaN;
  if (!(number <= largest)) throw new RecordError(property, value, `a whole number from 0 to ${largest}`);
  return number;
}

function finished(record: FlowRecord, seen: unknown): FlowRecord {
  if (Object.keys(record).length === 0) throw new RecordError('payload', seen, 'a line with a value in it');
  return record;
}

function excerpt(properties: readonly string[]): string {
  return properties.length > 4 ? `${properties.slice(0, 4).join(' ')} …` : properties.join(' ');
}
