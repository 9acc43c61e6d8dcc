import { fieldReader } from './fieldPath';
import type { RecordInMessage } from './messageProperty';
import { RecordError } from './RecordError';
import { topicOf } from './topicOf';

/**
 * The key of the series that a record belongs to: the key fields' values joined by `|`; with no key fields `msg.topic`,
 * or '' where there is none.
 * @throws RecordError when a key field is missing or holds an object
 */
export function seriesKey(keyFields: readonly string[]): (item: RecordInMessage) => string {
  if (keyFields.length === 0) return ({ msg }) => topicOf(msg) ?? '';
  const readers = keyFields.map((field) => ({ field, read: fieldReader(field) }));
  return ({ record }) => readers.map(({ field, read }) => keyPart(field, read(record))).join('|');
}

function keyPart(field: string, value: unknown): string {
  switch (typeof value) {
    case 'string':
      // A value that holds the separator must not look like two values.
      return value.replace(/[\\|]/g, '\\$&');
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      throw new RecordError(field, value, 'text or a number, because it is a key field');
  }
}
