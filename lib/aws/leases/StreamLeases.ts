import type { StreamDescription } from '../kinesis/KinesisApi';
import type { StartAt } from '../kinesis/lineage';
import type { Shard } from '../kinesis/records';
import type { Timing } from '../kinesis/timing';
import type { Holds } from './Holds';
import type { Lease } from './Lease';
import type { LeaseTable } from './LeaseTable';
import { finishedLeases, missingLeases } from './planning';
import type { NewLease } from './rows';
import { LeaseTableError } from './tableSetup';

export interface SyncResult {
  /** how many leases were created */
  readonly created: number;
  /** the shards whose leases were removed */
  readonly removed: readonly string[];
}

/** Keeps the leases in the table in line with the shards of the stream. */
export class StreamLeases {
  private shards: ReadonlyMap<string, Shard> = new Map();
  private createdAt: number | undefined;

  constructor(
    private readonly stream: string,
    private readonly startAt: StartAt,
    private readonly table: LeaseTable,
    private readonly timing: Timing,
  ) {}

  /**
   * Creates the leases that are missing, and removes those that are finished with.
   * @param holds are put back by their next renewal, as they were, and those of a deleted stream are dropped
   * @throws the SDK's errors, and a LeaseTableError when the table keeps the leases of another stream
   */
  async sync(
    { createdAt, shards }: StreamDescription,
    holds: Pick<Holds, 'has' | 'drop'>,
    signal: AbortSignal,
  ): Promise<SyncResult> {
    const leases = await this.table.list(signal);
    this.refuseOthers(leases);
    this.createdAt = createdAt;
    // A stream that is just being created or deleted shows none, which says nothing of those it had.
    if (shards.length === 0) return { created: 0, removed: [] };
    this.shards = new Map(shards.map((shard) => [shard.id, shard]));
    const isFormer = ({ stream }: Lease) => stream !== undefined && !isSameTime(stream.createdAt, createdAt);
    const former = leases.filter(isFormer);
    const present = leases.filter((lease) => !isFormer(lease));
    for (const { shardId } of former) holds.drop(shardId);
    const removed = await this.remove([...former, ...finishedLeases(shards, present)], signal);
    // All of a stream that was created anew is unseen, wherever the application once began in the old one.
    const startAt: StartAt = former.length > 0 ? { at: 'trim-horizon' } : this.startAt;
    let created = 0;
    for (const { shard, position } of missingLeases(shards, present, startAt, this.timing.now())) {
      if (holds.has(shard.id)) continue;
      const lease = this.rowOf({ shardId: shard.id, parents: shard.parents, position, state: undefined });
      if (await this.table.create(lease, signal)) created++;
    }
    return { created, removed };
  }

  /** @throws LeaseTableError when the table keeps the leases of another stream, whose shards may have the same names */
  refuseOthers(leases: readonly Lease[]): void {
    const other = leases.find(({ stream }) => stream && stream.name !== this.stream)?.stream;
    if (!other) return;
    throw new LeaseTableError(
      `the leases of this application belong to the stream "${other.name}", not to "${this.stream}": ` +
        'choose another application name',
    );
  }

  /** The shards that came of this one, as far as they are known. */
  childrenOf(shardId: string): string[] {
    return [...this.shards.values()].filter(({ parents }) => parents.includes(shardId)).map(({ id }) => id);
  }

  /** A lease as it is put into the table, with what is known of its shard. */
  rowOf(lease: Pick<NewLease, 'shardId' | 'parents' | 'position' | 'state' | 'owner' | 'counter'>): NewLease {
    const { shardId, parents, position, state, owner, counter } = lease;
    return {
      shardId,
      parents,
      position,
      state,
      ...(owner === undefined ? {} : { owner }),
      ...(counter === undefined ? {} : { counter }),
      hashRange: this.shards.get(shardId)?.hashRange,
      stream: this.createdAt === undefined ? undefined : { name: this.stream, createdAt: this.createdAt },
    };
  }

  private async remove(leases: readonly Lease[], signal: AbortSignal): Promise<string[]> {
    const removed: string[] = [];
    for (const lease of leases) if (await this.table.remove(lease, signal)) removed.push(lease.shardId);
    return removed;
  }
}

/** Services tell the time of creation in whole seconds or in milliseconds. */
function isSameTime(a: number, b: number): boolean {
  return Math.abs(a - b) < 1000;
}
