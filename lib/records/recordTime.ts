import { isObject } from './batch';
import type { RecordInMessage } from './messageProperty';

/**
 * A record's own time in milliseconds since the epoch: `msg.timestamp`; in a batch, where one message carries many
 * times, the record's property `timestamp` goes first. Undefined where neither is a finite number.
 */
export function recordTime({ msg, record, index }: RecordInMessage): number | undefined {
  const own = isObject(record) ? record.timestamp : undefined;
  const [first, second] = index < 0 ? [msg.timestamp, own] : [own, msg.timestamp];
  return finite(first) ?? finite(second);
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
