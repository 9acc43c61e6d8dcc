import { alongside } from '../records/alongside';
import { isObject, isBatch } from '../records/batch';
import { fieldReader } from '../records/fieldPath';
import type { RecordInMessage } from '../records/messageProperty';

/** Whether a row is labelled as part of an anomaly. */
export type ReadLabel = (item: RecordInMessage) => boolean;

const yes = ['true', 'yes', '1', 'anomaly'];

/**
 * Reads labels from a field of the rows (true, 1, or text that says so), or without one from `msg.label`, as the stream
 * simulator gives it.
 */
export function labelReader(field: string): ReadLabel {
  if (field === '') return ({ msg, index }) => isLabelled(labelBeside(msg, index));
  const read = fieldReader(field);
  return ({ record }) => isLabelled(read(record));
}

function labelBeside(msg: RecordInMessage['msg'], index: number): unknown {
  if (index < 0 || !isBatch(msg.payload)) return msg.label;
  return alongside(msg, msg.payload.length, index).label;
}

function isLabelled(label: unknown): boolean {
  if (isObject(label)) return isLabelled(label.anomaly);
  if (typeof label === 'number') return label !== 0 && !Number.isNaN(label);
  return label === true || (typeof label === 'string' && yes.includes(label.trim().toLowerCase()));
}
