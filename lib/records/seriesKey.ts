import { fieldReader } from './fieldPath';
import type { RecordInMessage } from './messageProperty';
import { RecordError } from './RecordError';
import { topicOf } from './topicOf';

/**
 * The key of the series that a record belongs to: the key field's value, or the values of several joined by `|`; with no
 * key fields `msg.topic`, or '' where there is none.
 * @throws RecordError when a key field is missing or holds an object
 */
export function seriesKey(keyFields: readonly string[]): (item: RecordInMessage) => string {
  if (keyFields.length === 0) return ({ msg }) => topicOf(msg) ?? '';
  const readers = keyFields.map((field) => ({ field, read: fieldReader(field) }));
  const [only] = readers;
  if (only && readers.length === 1) return ({ record }) => keyText(only.field, only.read(record));
  // A value that holds the separator must not look like two values.
  return ({ record }) =>
    readers.map(({ field, read }) => keyText(field, read(record)).replace(/[\\|]/g, '\\$&')).join('|');
}

function keyText(field: string, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      throw new RecordError(field, value, 'text or a number, because it is a key field');
  }
}
