import type { AwsConnection } from '../../lib/aws/AwsConnection';
import type { ReadingParts } from '../../lib/aws/kinesis/ShardReading';
import type { ConsumerState } from '../../lib/aws/kinesis/ConsumerState';
import type { ConsumerOptions } from '../../lib/aws/kinesis/StreamConsumer';
import { streamName } from '../../lib/aws/kinesis/streamRef';
import { LeaseTable } from '../../lib/aws/leases/LeaseTable';
import { S3StateStore } from '../../lib/aws/leases/S3StateStore';
import { SharedConsumer, type SharedEvent } from '../../lib/aws/leases/SharedConsumer';
import { positionPart, ShardLedger } from '../../lib/aws/leases/ShardLedger';
import { realTiming } from '../../lib/aws/kinesis/timing';
import { workerName } from '../../lib/aws/leases/workerName';
import type { SourceMembership } from '../../lib/delivery/checkpoint/membership';
import type { PartChange } from '../../lib/delivery/checkpoint/Keeping';
import type { ShardPosition } from '../../lib/delivery/positions';
import { partitionName } from '../../lib/records/partitionOf';
import { asPartitions, type Life } from './Life';
import type { KinesisInSettings } from './settings';

/**
 * Parts of the failover time. A lease lasts for the first after its last renewal; others look at the leases after each of
 * the second: one look to see the renewal, the lease's time, and one look to find it unmoved make up the whole.
 */
const leaseShare = 0.6;
const lookShare = 0.2;
/** Failover times that an instance gets to finish with a shard that another one waits for. */
const handoffFailovers = 3;

export interface SharedLifeParts extends ReadingParts {
  readonly connection: AwsConnection;
  /** the node's, the same in every instance of the flow */
  readonly identity: string;
  readonly membership: Pick<SourceMembership, 'openScope' | 'closeScope' | 'rewind'>;
  readonly onState: (state: ConsumerState) => void;
  readonly onEvent: (event: SharedEvent) => void;
}

/** Reading the shards that this instance has the leases of; what the flow keeps of a shard is in S3 and moves with it. */
export function sharedLife(
  settings: KinesisInSettings,
  options: ConsumerOptions,
  parts: SharedLifeParts,
): Pick<Life, 'positions' | 'partitions' | 'end'> {
  const { connection, identity, membership, onEvent } = parts;
  const { application, stateBucket, statePrefix, failover } = settings;
  const stream = streamName(settings.stream);
  const scopeOf = (shardId: string) => partitionName(stream, shardId);
  const location = { bucket: stateBucket, prefix: statePrefix, application };
  const store = new S3StateStore(() => connection.s3(), location);
  const told = new Map<string, string>();
  const stop = new AbortController();

  const consumer: SharedConsumer = new SharedConsumer(
    {
      ...options,
      worker: workerName(),
      stream,
      failover: leaseShare * failover,
      handoffTimeout: handoffFailovers * failover,
      lookInterval: lookShare * failover,
    },
    {
      ...parts,
      timing: realTiming,
      table: new LeaseTable(() => connection.dynamodb(), application),
      async open(lease, shards) {
        const ended = () => consumer.finished(lease.shardId);
        const ledger = await ShardLedger.open(
          store,
          lease,
          identity,
          (id) => shards.get(id)?.hashRange,
          ended,
        );
        if (!lease.signal.aborted && !stop.signal.aborted)
          membership.openScope(scopeOf(lease.shardId), ledger);
      },
      async close(shardId, how) {
        await membership.closeScope(scopeOf(shardId), how);
        told.delete(shardId);
      },
      undo: () => membership.rewind(),
      removed: (shardId) =>
        void store.remove(shardId, stop.signal).catch((error: unknown) => {
          if (!stop.signal.aborted) onEvent({ event: 'failing', error });
        }),
    },
  );
  const running = consumer.run(stop.signal);
  // Leases are left to the others when the node is closed.
  connection.keepOpenUntil(running);

  /** The position of a shard, if it has changed since it was told last. */
  function changeOf(shardId: string, position: ShardPosition): PartChange[] {
    const text = JSON.stringify(position);
    if (told.get(shardId) === text) return [];
    told.set(shardId, text);
    return [{ part: positionPart, put: Buffer.from(text) }];
  }

  return {
    positions: (of) =>
      new Map([...consumer.positions(of)].map(([id, position]) => [scopeOf(id), changeOf(id, position)])),
    partitions: () => asPartitions(stream, consumer.shards()),
    async end() {
      stop.abort();
      await running;
    },
  };
}
