import type { Message, RecordInMessage } from './messageProperty';

/** What a message says about each record of a batch, as arrays in the batch's order. */
const properties = [
  'kinesis',
  'logEvent',
  'anomaly',
  'incident',
  'suppressed',
  'late',
  'sns',
  'label',
] as const;

/**
 * The properties that run alongside a batch, for some of its records.
 * @param size how many records the batch has; an array of another length is not about its records
 * @param indexes which records, in which order; a number for the one record of a message of its own
 */
export function alongside(msg: Message, size: number, indexes: number | readonly number[]): Message {
  const picked: Message = {};
  for (const name of properties) {
    const values = msg[name];
    if (!Array.isArray(values) || values.length !== size) continue;
    picked[name] =
      typeof indexes === 'number' ? (values[indexes] as unknown) : indexes.map((at) => values[at] as unknown);
  }
  return picked;
}

/** Some records of a batch, with what the message says about them. */
export function someOf(msg: Message, indexes: readonly number[]): Message {
  const batch = msg.payload as readonly unknown[];
  return { ...alongside(msg, batch.length, indexes), payload: indexes.map((at) => batch[at]) };
}

/** The message of a record as if it had come in one of its own. */
export function alone({ msg, record, index }: RecordInMessage): Message {
  if (index < 0) return msg;
  return { ...msg, ...alongside(msg, (msg.payload as readonly unknown[]).length, index), payload: record };
}
