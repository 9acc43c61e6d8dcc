import { isObject } from './batch';
import type { RecordInMessage } from './messageProperty';

/** The shard that a record was read from, with its stream; '' for one that comes from no stream. */
export function partitionOf({ msg, index }: RecordInMessage): string {
  const { kinesis } = msg;
  const origin: unknown = Array.isArray(kinesis) ? kinesis[index] : kinesis;
  if (!isObject(origin) || typeof origin.shardId !== 'string') return '';
  return partitionName(origin.stream, origin.shardId);
}

/** The partition key of a record from a stream, or of the latest record that a message is about. */
export function partitionKeyOf({ msg, index }: RecordInMessage): string | undefined {
  const { kinesis } = msg;
  const origin: unknown = Array.isArray(kinesis) ? kinesis[index] : kinesis;
  return isObject(origin) && typeof origin.partitionKey === 'string' ? origin.partitionKey : undefined;
}

/** One name for a shard among those of all streams. */
export function partitionName(stream: unknown, shardId: string): string {
  return typeof stream === 'string' ? `${stream}/${shardId}` : shardId;
}

/** The part of `msg.kinesis` that says which shard a message is about. */
export interface ShardOrigin {
  readonly stream: string;
  readonly shardId: string;
  /** of the latest record that it is about */
  readonly partitionKey?: string;
}

/** The shard that `partitionName` made a name for. */
export function originOf(partition: string): ShardOrigin {
  const at = partition.lastIndexOf('/');
  return { stream: partition.slice(0, at), shardId: partition.slice(at + 1) };
}
