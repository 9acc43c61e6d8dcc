import { fieldReader } from './fieldPath';
import { joinKey, keyText } from './keyText';
import type { RecordInMessage } from './messageProperty';
import { topicOf } from './topicOf';

/**
 * The key of the series that a record belongs to: the key field's value, or the values of several joined by `|`; with no
 * key fields `msg.topic`, or '' where there is none.
 * @throws RecordError when a key field is missing or holds an object
 */
export function seriesKey(keyFields: readonly string[]): (item: RecordInMessage) => string {
  if (keyFields.length === 0) return ({ msg }) => topicOf(msg) ?? '';
  const readers = keyFields.map((field) => {
    const read = fieldReader(field);
    return (record: unknown) => keyText(field, read(record), 'a key field');
  });
  const [only] = readers;
  if (only && readers.length === 1) return ({ record }) => only(record);
  return ({ record }) => joinKey(readers.map((read) => read(record)));
}
