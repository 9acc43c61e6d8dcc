import { isObject } from './batch';
import type { RecordInMessage } from './messageProperty';

/** The shard that a record was read from; '' for one that comes from no stream. */
export function partitionOf({ msg, index }: RecordInMessage): string {
  const { kinesis } = msg;
  const origin: unknown = Array.isArray(kinesis) ? kinesis[index] : kinesis;
  return isObject(origin) && typeof origin.shardId === 'string' ? origin.shardId : '';
}
