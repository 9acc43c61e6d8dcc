import { isObject } from './batch';
import type { RecordInMessage } from './messageProperty';

/**
 * A record's own time in milliseconds since the epoch: `msg.timestamp`; in a batch, where one message carries many
 * times, the record's property `timestamp` goes first. Undefined where neither is a finite number.
 */
export function recordTime(item: RecordInMessage): number | undefined {
  const [first, second] = stated(item);
  return finite(first) ?? finite(second);
}

/** What stands where the time of a record is looked for, be it a time or not; undefined for nothing. */
export function statedTime(item: RecordInMessage): unknown {
  const [first, second] = stated(item);
  return recordTime(item) ?? first ?? second ?? undefined;
}

function stated({ msg, record, index }: RecordInMessage): readonly [first: unknown, second: unknown] {
  const own = isObject(record) ? record.timestamp : undefined;
  return index < 0 ? [msg.timestamp, own] : [own, msg.timestamp];
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
