import type { Hold } from './Hold';
import type { Timing } from '../kinesis/timing';

/** The leases that a worker has, renewed in time, and the shards that it still runs without one. */
export class Holds {
  private readonly held = new Map<string, Hold>();
  private readonly stopping = new Map<string, Promise<void>>();

  /**
   * @param failover milliseconds
   * @param tell told the error of a renewal that failed, and undefined when one has succeeded
   */
  constructor(
    private readonly failover: number,
    private readonly timing: Timing,
    private readonly tell: (error: unknown) => void,
  ) {}

  add(hold: Hold): void {
    this.held.set(hold.shardId, hold);
  }

  /** Ends the hold, as if it were lost. */
  drop(shardId: string): void {
    this.held.get(shardId)?.end(true);
  }

  has(shardId: string): boolean {
    return this.held.has(shardId);
  }

  all(): Hold[] {
    return [...this.held.values()];
  }

  remove(hold: Hold): void {
    this.held.delete(hold.shardId);
  }

  /** Whether this worker runs the shard, with a lease or still without. */
  isRunning(shardId: string): boolean {
    return this.held.has(shardId) || this.stopping.has(shardId);
  }

  isStopping(shardId: string): boolean {
    return this.stopping.has(shardId);
  }

  /** The shard counts as running until this has resolved, and whatever was noted before. */
  noteStopping(shardId: string, stopped: Promise<void>): void {
    const all = Promise.all([this.stopping.get(shardId), stopped]).then(() => {
      if (this.stopping.get(shardId) === all) this.stopping.delete(shardId);
    });
    this.stopping.set(shardId, all);
  }

  /** Resolves when nothing is being stopped any more. */
  async stopped(): Promise<void> {
    while (this.stopping.size > 0) await Promise.all(this.stopping.values());
  }

  /** Renews what is held, and ends what could not be renewed in time, until the signal is aborted. */
  async keep(signal: AbortSignal): Promise<void> {
    // A third, and a little less, so that a second try still comes in time.
    const interval = this.failover / 3 - Math.min(25, this.failover / 30);
    await Promise.all([
      this.repeat(interval, signal, (hold) => {
        hold.renew().then(
          () => this.tell(undefined),
          (error: unknown) => this.tell(error),
        );
      }),
      this.repeat(this.failover / 20, signal, (hold) => hold.check()),
    ]);
  }

  private async repeat(interval: number, signal: AbortSignal, work: (hold: Hold) => void): Promise<void> {
    while (!signal.aborted) {
      await this.timing.sleep(interval, signal);
      for (const hold of this.all()) work(hold);
    }
  }
}
