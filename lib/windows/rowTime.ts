import { fieldReader } from '../records/fieldPath';
import type { RecordInMessage } from '../records/messageProperty';
import { recordTime } from '../records/recordTime';
import { timeOf, type TimeFormat } from './timeOf';

/** A record's time in ms since the epoch, and what stands where it was read. */
export type ReadTime = (item: RecordInMessage) => readonly [time: number, seen: unknown];

/**
 * Reads the time of records from a field of theirs; without one it is `msg.timestamp` or the record's own `timestamp`.
 * The reader throws a RecordError naming the field.
 */
export function timeReader(timeField: string, timeFormat: TimeFormat): ReadTime {
  const field = timeField || 'timestamp';
  const read = fieldReader(field);
  return (item) => {
    // msg.timestamp is always in milliseconds; a field of the record is what the format says.
    const contracted = timeField ? undefined : recordTime(item);
    const seen = contracted ?? read(item.record);
    return [timeOf(seen, contracted === undefined ? timeFormat : 'ms', field), seen];
  };
}
