import { setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { Backoff } from '../Backoff';
import { isTransient } from '../retry';
import { checkpointOf } from './checkpoint';
import { LeaseLostError, type HeldLease, type Inheritance } from './HeldLease';
import type { Lease, Progress } from './Lease';
import type { Claim, LeaseTable } from './LeaseTable';
import type { NewLease } from './rows';
import type { Timing } from '../kinesis/timing';
import { within } from './within';

export interface HoldParts {
  readonly table: LeaseTable;
  readonly timing: Timing;
  readonly worker: string;
  /** milliseconds without a renewal after which another worker may take the lease */
  readonly failover: number;
  /** milliseconds that one call may take */
  readonly callTimeout: number;
  /** the shards that a finished one became */
  readonly childrenOf: (shardId: string) => readonly string[];
  /** the row to put back where somebody has deleted it */
  readonly rowOf: (lease: Lease) => NewLease;
  /** A call has failed, and is repeated. */
  readonly onTrouble: (error: unknown) => void;
  /** Another worker waits for the lease. */
  readonly onWanted: (hold: Hold) => void;
  /** The hold has ended; `lost` when not by this worker's own will. */
  readonly onEnd: (hold: Hold, lost: boolean) => void;
}

/**
 * A lease from the moment this worker got it to the moment it ends. Its writes go one after the other, because each must
 * know the counter that the one before has left.
 */
export class Hold implements HeldLease {
  readonly shardId: string;
  readonly epoch: number;
  readonly start: Progress;
  private readonly ended = new AbortController();
  private queue: Promise<unknown> = Promise.resolve();
  private renewing = false;
  private wanted = false;
  private leaving = false;

  /**
   * @param lease as this worker's taking has left it
   * @param renewedAt when the taking began, on the clock of `timing.elapsed`
   */
  constructor(
    private lease: Lease,
    readonly inherited: readonly Inheritance[],
    private renewedAt: number,
    private readonly parts: HoldParts,
  ) {
    // Uploads of state and calls of the table wait for it, many at once.
    setMaxListeners(0, this.ended.signal);
    this.shardId = lease.shardId;
    this.epoch = lease.counter;
    this.start = { position: lease.position, state: lease.state };
  }

  get worker(): string {
    return this.parts.worker;
  }

  get signal(): AbortSignal {
    return this.ended.signal;
  }

  /**
   * Shows that this worker is alive, however often the service has to be asked. While one renewal goes on another is left
   * out.
   * @throws the SDK's error when the service refuses, and no repetition would help
   */
  async renew(): Promise<void> {
    if (this.renewing) return;
    this.renewing = true;
    const { table } = this.parts;
    try {
      await this.untilDone(() => this.write((claim, signal) => table.renew(claim, signal)));
    } finally {
      this.renewing = false;
    }
  }

  async commit(progress: Progress): Promise<void> {
    const { table, childrenOf } = this.parts;
    const children = progress.position.at === 'end' ? childrenOf(this.shardId) : [];
    const done = await this.untilDone(
      () => this.write((claim, signal) => table.commit(claim, progress, children, signal)),
      progress,
    );
    if (!done) throw new LeaseLostError(this.shardId);
    if (progress.position.at === 'end') this.end(false);
  }

  /**
   * Frees the lease, or leaves it to the worker that waits for it. What is not committed by now will not be.
   * @throws the SDK's error when the service refuses, and no repetition would help
   */
  async leave(): Promise<void> {
    const { table } = this.parts;
    this.leaving = true;
    try {
      // Somebody may begin to wait for it at this very moment.
      await this.untilDone(
        async () =>
          (await this.write((claim, signal) => table.release(claim, signal))) ??
          (await this.write((claim, signal) => table.handOver(claim, signal))),
      );
    } finally {
      this.end(false);
    }
  }

  /** Ends the hold when another worker may take the lease by now, whatever the service would say. */
  check(): void {
    if (this.isOverdue()) this.end(true);
  }

  /** Ends the hold at once. Nothing is written any more. */
  end(lost: boolean): void {
    if (this.signal.aborted) return;
    this.ended.abort();
    // What is lost while it is being left was not wanted any more.
    this.parts.onEnd(this, lost && !this.leaving);
  }

  /**
   * Repeats a write until its condition holds, or something shows that it has been done. Other writes of the hold may come
   * between.
   * @returns whether it is done; otherwise the hold has ended
   */
  private async untilDone(write: () => Promise<Lease | undefined>, progress?: Progress): Promise<boolean> {
    const backoff = new Backoff(this.parts.failover / 12, () => this.parts.timing.random());
    for (;;) {
      this.check();
      if (this.signal.aborted) return false;
      try {
        if (await this.inTurn(() => this.attempt(write, progress))) return true;
      } catch (error) {
        // With the hold, its calls were broken off.
        if (this.signal.aborted) return false;
        if (!isTransient(error)) throw error;
        this.parts.onTrouble(error);
        await this.parts.timing.sleep(backoff.next(), this.signal);
      }
    }
  }

  private async attempt(
    write: () => Promise<Lease | undefined>,
    progress: Progress | undefined,
  ): Promise<boolean> {
    if (this.signal.aborted) return false;
    if (await write()) return true;
    const { counter } = this.lease;
    const row = await this.reread(progress);
    // The answer to a write was lost, and this shows what it was.
    return progress !== undefined && row !== undefined && row.counter !== counter && isSame(row, progress);
  }

  /** @returns the row as it is after the write; undefined when its condition did not hold */
  private async write(
    call: (claim: Claim, signal: AbortSignal) => Promise<Lease | undefined>,
  ): Promise<Lease | undefined> {
    const { worker, timing } = this.parts;
    const { shardId, counter } = this.lease;
    const started = timing.elapsed();
    const row = await this.call((signal) => call({ shardId, worker, counter }, signal));
    if (row) {
      this.lease = row;
      // Others count from the moment of the write, which is not before it was asked for.
      this.renewedAt = started;
      this.noteWanted();
    }
    return row;
  }

  /**
   * Finds out why a condition did not hold. Ends the hold when the lease is somebody else's.
   * @param written what the last write may have left although no answer said so
   * @returns the row when it is still this worker's: as it was, or with a write whose answer was lost
   */
  private async reread(written?: Progress): Promise<Lease | undefined> {
    const { table, worker } = this.parts;
    const row = await this.call((signal) => table.get(this.shardId, signal));
    if (!row) return this.putBack();
    const { counter } = this.lease;
    const mine = row.leaving === worker || (row.owner === worker && row.leaving === undefined);
    // The end of a shard frees the lease.
    const finished = written?.position.at === 'end' && row.owner === undefined && isSame(row, written);
    if (
      (mine && (row.counter === counter || row.counter === counter + 1)) ||
      (finished && row.counter === counter + 1)
    ) {
      this.lease = row;
      this.noteWanted();
      return row;
    }
    this.end(true);
    return undefined;
  }

  /** Somebody has deleted the row: what was committed is known here, so nothing need be lost or repeated. */
  private async putBack(): Promise<Lease | undefined> {
    this.check();
    if (this.signal.aborted) return undefined;
    const { table, timing, worker, rowOf } = this.parts;
    const counter = this.lease.counter + 1;
    const lease: Lease = { ...this.lease, owner: worker, leaving: undefined, counter };
    const started = timing.elapsed();
    if (await this.call((signal) => table.create(rowOf(lease), signal))) {
      this.lease = lease;
      this.renewedAt = started;
      return lease;
    }
    this.end(true);
    return undefined;
  }

  private noteWanted(): void {
    if (this.wanted || this.lease.leaving !== this.parts.worker) return;
    this.wanted = true;
    this.parts.onWanted(this);
  }

  private isOverdue(): boolean {
    return this.parts.timing.elapsed() - this.renewedAt > this.parts.failover;
  }

  private call<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { callTimeout, timing } = this.parts;
    return within(callTimeout, timing, this.signal, work);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => undefined);
    return turn;
  }
}

function isSame(a: Progress, b: Progress): boolean {
  return a.state === b.state && isDeepStrictEqual(checkpointOf(a.position), checkpointOf(b.position));
}
