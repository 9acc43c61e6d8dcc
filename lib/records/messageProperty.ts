import { alone } from './alongside';
import { isObject } from './batch';
import { fieldReader, type FieldReader } from './fieldPath';

export type Message = Record<string, unknown>;

/** One record of a message: the whole payload, or entry `index` of a batch. */
export interface RecordInMessage {
  readonly msg: Message;
  readonly record: unknown;
  /** position in the batch; -1 for a message of one record */
  readonly index: number;
}

/**
 * Reads a message property (`payload.ctr`, `anomaly.score`, `topic`; a leading `msg.` is allowed) so that a record of a
 * batch answers as if it had come in a message of its own: `payload` is the record, `anomaly` the record's own.
 */
export function messageProperty(path: string): (item: RecordInMessage) => unknown {
  const [root = '', ...rest] = path.replace(/^msg\./, '').split('.');
  const below: FieldReader = rest.length > 0 ? fieldReader(rest.join('.')) : (value) => value;
  if (root === 'payload') return ({ record }) => below(record);
  if (root === 'anomaly') return (item) => below(anomalyOf(item));
  const whole = fieldReader([root, ...rest].join('.'));
  return (item) => whole(alone(item));
}

/**
 * The anomaly of one record: `msg.anomaly`; in a batch the record's own property, or for records that are no objects
 * the entry of the array `msg.anomaly` at the record's position.
 */
export function anomalyOf({ msg, record, index }: RecordInMessage): unknown {
  if (index < 0) return msg.anomaly;
  if (isObject(record)) return record.anomaly;
  return Array.isArray(msg.anomaly) ? (msg.anomaly as unknown[])[index] : undefined;
}
