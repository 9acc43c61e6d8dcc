import { fieldReader } from './fieldPath';
import { RecordError } from './RecordError';

/**
 * Writes fields of a record as one line of comma-separated values, without a line ending. Values that hold the delimiter,
 * a quote or a line break are quoted (https://www.rfc-editor.org/rfc/rfc4180); a missing value is empty.
 * Throws RecordError naming a field that a line cannot hold.
 */
export function csvLine(fields: readonly string[], delimiter: string): (record: unknown) => string {
  const readers = fields.map((field) => ({ field, read: fieldReader(field) }));
  return (record) =>
    readers.map(({ field, read }) => quoted(print(field, read(record)), delimiter)).join(delimiter);
}

function print(field: string, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'undefined':
      return '';
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      if (Number.isFinite(value)) return String(value);
      break;
    case 'object':
      if (value === null) return '';
      if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  }
  throw new RecordError(field, value, 'text, a finite number, true or false to stand in a CSV line');
}

function quoted(text: string, delimiter: string): string {
  const special = text.includes(delimiter) || /["\r\n]/.test(text);
  return special ? `"${text.replaceAll('"', '""')}"` : text;
}
