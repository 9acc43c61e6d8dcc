import type { Lease } from './Lease';

/**
 * Tells which owners have gone silent, without comparing the clocks of machines: by how long this worker has not seen a
 * lease's counter move, on a clock of its own.
 */
export class Observations {
  private seen = new Map<string, { readonly counter: number; readonly since: number }>();

  /** @param failover milliseconds without a movement after which an owner counts as gone */
  constructor(private readonly failover: number) {}

  /** @param answered when these leases had been read, in milliseconds on this worker's clock */
  update(leases: readonly Lease[], answered: number): void {
    this.seen = new Map(
      leases.map(({ shardId, counter }) => {
        const before = this.seen.get(shardId);
        return [shardId, before?.counter === counter ? before : { counter, since: answered }];
      }),
    );
  }

  /**
   * Whether the lease can be taken from its owner.
   * @param asked when it was asked for, in milliseconds on this worker's clock: it stood still at least until then
   */
  isExpired({ shardId, counter }: Lease, asked: number): boolean {
    const seen = this.seen.get(shardId);
    return seen !== undefined && seen.counter === counter && asked - seen.since > this.failover;
  }
}
