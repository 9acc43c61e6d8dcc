import type { Lease } from './Lease';
import type { Observations } from './Observations';

export interface ClaimOptions {
  /** of this worker, like no other's: not even like that of the process before it on the same machine */
  readonly worker: string;
  /** Milliseconds after which the leases of a worker that has gone silent are taken. A third of it between renewals. */
  readonly failover: number;
  /** milliseconds that a worker may take to finish with a lease that another one waits for */
  readonly handoffTimeout: number;
}

/**
 * The leases that have this worker's name and that it does not run: those that others are leaving to it, and those that it
 * took without hearing the answer. Where the former owner does not leave in time, it is left no choice.
 */
export class Claims {
  /** by shard: since when, in milliseconds on this worker's clock */
  private readonly since = new Map<string, number>();

  constructor(
    private readonly options: ClaimOptions,
    private readonly observations: Pick<Observations, 'isExpired'>,
  ) {}

  /** How many there are, as far as is known. */
  get size(): number {
    return this.since.size;
  }

  /** The owner of a lease has been asked to leave it to this worker. */
  add(shardId: string, now: number): void {
    this.since.set(shardId, now);
  }

  /** This worker has a lease now, or somebody else. */
  delete(shardId: string): void {
    this.since.delete(shardId);
  }

  /**
   * Notes the leases that have this worker's name now.
   * @param isRunning whether this worker runs the shard
   * @param asked when the leases were asked for, in milliseconds on this worker's clock
   * @returns those to take at once
   */
  due(leases: readonly Lease[], isRunning: (shardId: string) => boolean, asked: number): Lease[] {
    const claimed = leases.filter(({ owner }) => owner === this.options.worker);
    const ids = new Set(claimed.map(({ shardId }) => shardId));
    for (const shardId of this.since.keys()) if (!ids.has(shardId)) this.since.delete(shardId);
    return claimed.filter((lease) => {
      const { shardId, leaving, position } = lease;
      if (position.at === 'end' || isRunning(shardId)) return false;
      const since = this.since.get(shardId) ?? asked;
      this.since.set(shardId, since);
      return leaving === undefined || this.isOverdue(lease, since, asked);
    });
  }

  private isOverdue(lease: Lease, since: number, asked: number): boolean {
    const { handoffTimeout, failover } = this.options;
    // The other one hears of it by its next renewal, and then has its time.
    return asked - since > handoffTimeout + failover || this.observations.isExpired(lease, asked);
  }
}
