import type { FanOut } from '../../lib/aws/kinesis/fan-out/FanOut';
import type { ShardProgress } from '../../lib/aws/kinesis/ShardReading';
import type { PartChange } from '../../lib/delivery/checkpoint/Keeping';
import type { PartitionStatus } from '../../lib/delivery/partitions';
import type { Progress } from '../../lib/delivery/PositionKeeper';
import { partitionName } from '../../lib/records/partitionOf';

/** Reading, from the saved positions on until it is ended. */
export interface Life {
  /** what the status tells of enhanced fan-out; undefined without it */
  readonly fanOut: FanOut | undefined;
  /** what has changed in the positions, by scope: see Source */
  positions(of: Progress): ReadonlyMap<string, PartChange[]>;
  partitions(): ReadonlyMap<string, PartitionStatus>;
  pause(): void;
  resume(): void;
  end(): Promise<void>;
}

/** What is known of shards, under the names that they have as partitions. */
export function asPartitions(
  stream: string,
  shards: ReadonlyMap<string, ShardProgress>,
): ReadonlyMap<string, PartitionStatus> {
  const nameOf = (shardId: string) => partitionName(stream, shardId);
  return new Map(
    [...shards].map(([id, { silence, parents }]) => [nameOf(id), { silence, parents: parents.map(nameOf) }]),
  );
}
