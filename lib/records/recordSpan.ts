import { isObject } from './batch';
import type { RecordInMessage } from './messageProperty';

/**
 * The time that a record tells of, in milliseconds since the epoch: from the start of `msg.window` up to its end, or where
 * there is none that holds the record's own time, that moment alone.
 * @param time of the record
 */
export function recordSpan({ msg }: RecordInMessage, time: number): { start: number; end: number } {
  const { start, end } = isObject(msg.window) ? msg.window : {};
  // The records of a batch may be of different windows, and a message has room for one.
  const isWindow = typeof start === 'number' && typeof end === 'number' && start <= time && time <= end;
  return isWindow ? { start, end } : { start: time, end: time };
}
