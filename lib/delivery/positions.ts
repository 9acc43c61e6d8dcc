import { isObject } from '../records/batch';

/** Where the reading of one shard stands: everything up to here has been processed, nothing after it is known to be. */
export type ShardPosition =
  | { readonly at: 'trim-horizon' }
  /** milliseconds since the epoch */
  | { readonly at: 'timestamp'; readonly time: number }
  /** With a sub-sequence number only that many user records of an aggregated record are done (0 means the first). */
  | { readonly at: 'after'; readonly sequenceNumber: string; readonly subSequenceNumber?: number }
  /** The shard is closed and all of it has been processed. */
  | { readonly at: 'end' };

/** The positions of one application in one stream. */
export interface StreamPositions {
  /** When the stream was created, in ms since the epoch: a stream of the same name created anew has other records. */
  readonly createdAt: number;
  /** by shard id; a shard that is missing has not been started */
  readonly shards: Readonly<Record<string, ShardPosition>>;
}

export function isStreamPositions(value: unknown): value is StreamPositions {
  return (
    isObject(value) &&
    typeof value.createdAt === 'number' &&
    isObject(value.shards) &&
    Object.values(value.shards).every(isShardPosition)
  );
}

export function isShardPosition(position: unknown): position is ShardPosition {
  if (!isObject(position)) return false;
  switch (position.at) {
    case 'trim-horizon':
    case 'end':
      return true;
    case 'timestamp':
      return typeof position.time === 'number';
    case 'after':
      return (
        typeof position.sequenceNumber === 'string' &&
        ['number', 'undefined'].includes(typeof position.subSequenceNumber)
      );
    default:
      return false;
  }
}
