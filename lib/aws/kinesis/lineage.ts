import type { ShardPosition } from '../../delivery/positions';
import type { Shard } from './records';

export type StartAt =
  | { readonly at: 'trim-horizon' }
  | { readonly at: 'latest' }
  /** milliseconds since the epoch */
  | { readonly at: 'timestamp'; readonly time: number };

type PositionOf = (shardId: string) => ShardPosition | undefined;

/**
 * The shards to read now: not finished, and none of their parents unfinished. A parent that the service lists no more
 * has expired whole and holds nobody up. So the records of one key are read in order across splits and merges.
 */
export function readable(shards: readonly Shard[], positionOf: PositionOf): Shard[] {
  const unfinished = new Set(shards.map(({ id }) => id).filter((id) => positionOf(id)?.at !== 'end'));
  return shards.filter(
    ({ id, parents }) => unfinished.has(id) && !parents.some((one) => unfinished.has(one)),
  );
}

/**
 * The positions to record when a stream is seen for the first time. `latest` passes over closed shards and keeps the
 * time, so that a restart before the first record misses nothing.
 */
export function firstPositions(
  shards: readonly Shard[],
  startAt: StartAt,
  now: number,
): Record<string, ShardPosition> {
  if (startAt.at !== 'latest') return {};
  return Object.fromEntries(
    shards.map(({ id, open }) => [id, open ? { at: 'timestamp', time: now } : { at: 'end' }]),
  );
}

/** Where a shard without a position starts. Shards that appear after `latest` has begun are new from their first record on. */
export function startOf(startAt: StartAt): ShardPosition {
  return startAt.at === 'latest' ? { at: 'trim-horizon' } : startAt;
}
