import { isObject } from './batch';
import type { RecordInMessage } from './messageProperty';

/** The shard that a record was read from, with its stream; '' for one that comes from no stream. */
export function partitionOf({ msg, index }: RecordInMessage): string {
  const { kinesis } = msg;
  const origin: unknown = Array.isArray(kinesis) ? kinesis[index] : kinesis;
  if (!isObject(origin) || typeof origin.shardId !== 'string') return '';
  return partitionName(origin.stream, origin.shardId);
}

/** One name for a shard among those of all streams. */
export function partitionName(stream: unknown, shardId: string): string {
  return typeof stream === 'string' ? `${stream}/${shardId}` : shardId;
}

/** The part of `msg.kinesis` that says which shard a message is about. */
export interface ShardOrigin {
  readonly stream: string;
  readonly shardId: string;
}

/** The shard that `partitionName` made a name for. */
export function originOf(partition: string): ShardOrigin {
  const at = partition.lastIndexOf('/');
  return { stream: partition.slice(0, at), shardId: partition.slice(at + 1) };
}
