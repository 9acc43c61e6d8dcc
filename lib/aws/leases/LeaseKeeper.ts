import { Backoff } from '../Backoff';
import type { StartAt } from '../kinesis/lineage';
import type { StreamDescription } from '../kinesis/KinesisApi';
import { Nap } from '../kinesis/Nap';
import { choose } from './balance';
import { Claims, type ClaimOptions } from './Claims';
import type { Inheritance, LeaseHandler } from './HeldLease';
import { Hold } from './Hold';
import { Holds } from './Holds';
import type { Lease } from './Lease';
import type { LeaseTable } from './LeaseTable';
import { Observations } from './Observations';
import { readyLeases } from './planning';
import { StreamLeases } from './StreamLeases';
import type { Timing } from '../kinesis/timing';
import { within } from './within';

export interface LeaseKeeperOptions extends ClaimOptions {
  /** of the stream: one table keeps the leases of one stream */
  readonly stream: string;
  readonly startAt: StartAt;
  /** milliseconds between looks at all leases */
  readonly lookInterval: number;
}

/** How the leases stand, for people. */
export interface LeaseOverview {
  /** leases that can be worked on now */
  readonly leases: number;
  /** workers that have leases, and this one */
  readonly workers: number;
}

/**
 * Shares the shards of a stream with the other workers of an application: holds this worker's part of the leases, takes
 * those of workers that are gone, and gives and gets others so that all have as many. It never waits for what the leases
 * are held for: renewals go on by a timer of their own, however busy the flow is.
 *
 * That no two workers run a shard at once rests on each one's own clock: the one that takes a lease has seen it unmoved
 * for `failover`, and the one that held it has stopped when its last renewal was that long ago. Should a process sleep
 * through that moment, it can still write nothing, for the counter has moved.
 */
export class LeaseKeeper {
  private readonly holds: Holds;
  private readonly observations: Observations;
  private readonly claims: Claims;
  private readonly streamLeases: StreamLeases;
  private synced = false;
  private readonly errors: { look?: unknown; holds?: unknown } = {};
  private readonly nap: Nap;
  private view: LeaseOverview = { leases: 0, workers: 1 };

  constructor(
    private readonly options: LeaseKeeperOptions,
    private readonly table: LeaseTable,
    private readonly handler: LeaseHandler,
    private readonly timing: Timing,
  ) {
    this.holds = new Holds(options.failover, timing, (error) => this.tell('holds', error));
    this.nap = new Nap(timing);
    this.observations = new Observations(options.failover);
    this.claims = new Claims(options, this.observations);
    this.streamLeases = new StreamLeases(options.stream, options.startAt, table, timing);
  }

  get overview(): LeaseOverview {
    return this.view;
  }

  /** Milliseconds that one call may take; then another can still be made before the lease is lost. */
  private get callTimeout(): number {
    return this.options.failover / 2;
  }

  /** Keeps leases until the signal is aborted; then what is held is drained and left to the others. */
  async run(signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const keeping = this.holds.keep(ended.signal);
    await this.look(signal);
    for (const hold of this.holds.all()) this.drain(hold);
    await this.holds.stopped();
    ended.abort();
    await keeping;
  }

  /**
   * Brings the leases in line with the shards that the stream has now. To be called again and again, and soon after a
   * shard has come to its end; before the first time no lease is taken.
   * @throws the SDK's errors, and a LeaseTableError when the table keeps the leases of another stream
   */
  async sync(description: StreamDescription, signal: AbortSignal): Promise<void> {
    await this.table.ensure(this.timing, signal);
    const { created, removed } = await this.streamLeases.sync(description, this.holds, signal);
    for (const shardId of removed) this.handler.removed(shardId);
    if (!this.synced || created > 0) this.nap.disturb();
    this.synced = true;
  }

  private async look(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(this.options.lookInterval, () => this.timing.random());
    let ensured = false;
    while (!signal.aborted) {
      this.nap.forgetNews();
      try {
        if (this.synced) {
          if (!ensured) await this.table.ensure(this.timing, signal);
          ensured = true;
          await this.share(signal);
        }
        backoff.reset();
        this.tell('look', undefined);
        await this.nap.take(this.untilNextLook(), signal);
      } catch (error) {
        if (signal.aborted) return;
        ensured = false;
        this.tell('look', error);
        await this.timing.sleep(backoff.next(), signal);
      }
    }
  }

  /** A lease that is being left to this worker is looked for more often. Workers do not look in step. */
  private untilNextLook(): number {
    const { lookInterval, failover } = this.options;
    const interval = this.claims.size > 0 ? Math.min(lookInterval, failover / 3) : lookInterval;
    return interval * (0.9 + 0.2 * this.timing.random());
  }

  /** One look at all leases, and what follows from it. */
  private async share(signal: AbortSignal): Promise<void> {
    const { worker } = this.options;
    const asked = this.timing.elapsed();
    const leases = await this.table.list(signal);
    // Another application may have begun with the same table at the same moment.
    this.streamLeases.refuseOthers(leases);
    this.observations.update(leases, this.timing.elapsed());
    const byId = new Map(leases.map((lease) => [lease.shardId, lease]));
    const isRunning = (shardId: string) => this.holds.isRunning(shardId);
    for (const lease of this.claims.due(leases, isRunning, asked)) await this.take(lease, byId, signal);
    const ready = readyLeases(leases);
    const { take, ask, workers } = choose(
      ready,
      worker,
      (lease) => this.isFree(lease, asked),
      this.claims.size > 0,
      () => this.timing.random(),
    );
    this.view = { leases: ready.length, workers };
    for (const lease of take) await this.take(lease, byId, signal);
    if (!ask) return;
    const asking = within(this.callTimeout, this.timing, signal, (limit) =>
      this.table.ask(ask, worker, limit),
    );
    if (await asking) this.claims.add(ask.shardId, this.timing.elapsed());
  }

  private isFree(lease: Lease, asked: number): boolean {
    const { worker, failover } = this.options;
    if (this.holds.isRunning(lease.shardId)) return false;
    // Where this worker did not leave in time, the one that waits goes first.
    const patience = lease.leaving === worker ? failover : 0;
    return lease.owner === undefined || this.observations.isExpired(lease, asked - patience);
  }

  private async take(lease: Lease, byId: ReadonlyMap<string, Lease>, signal: AbortSignal): Promise<void> {
    const started = this.timing.elapsed();
    const taken = await within(this.callTimeout, this.timing, signal, (limit) =>
      this.table.take(lease, this.options.worker, limit),
    );
    this.claims.delete(lease.shardId);
    if (!taken) return;
    const hold = new Hold(taken, inheritanceOf(taken, byId), started, {
      table: this.table,
      timing: this.timing,
      worker: this.options.worker,
      failover: this.options.failover,
      callTimeout: this.callTimeout,
      childrenOf: (shardId) => this.streamLeases.childrenOf(shardId),
      rowOf: (row) => this.streamLeases.rowOf(row),
      onTrouble: (error) => this.tell('holds', error),
      onWanted: (wanted) => this.drain(wanted),
      onEnd: (ended, lost) => this.noteEnd(ended, lost),
    });
    this.holds.add(hold);
    if (signal.aborted) return hold.leave();
    this.handler.granted(hold);
  }

  /** Finishes with a lease in the time that there is: a worker that waits takes it by force some time after it. */
  private drain(hold: Hold): void {
    const { shardId, signal } = hold;
    if (this.holds.isStopping(shardId)) return;
    const left = this.handler.drain(hold).then(() => hold.leave());
    this.holds.noteStopping(
      shardId,
      left.catch((error: unknown) => this.tell('holds', error)),
    );
    void this.timing.sleep(this.options.handoffTimeout, signal).then(() => hold.end(true));
  }

  private noteEnd(hold: Hold, lost: boolean): void {
    this.holds.remove(hold);
    if (lost) this.holds.noteStopping(hold.shardId, this.handler.lost(hold));
    // The children of a finished shard wait.
    else this.nap.disturb();
  }

  private tell(from: 'look' | 'holds', error: unknown): void {
    const failed = (this.errors.look ?? this.errors.holds) !== undefined;
    this.errors[from] = error;
    const failing = this.errors.look ?? this.errors.holds;
    if (failed !== (failing !== undefined)) this.handler.trouble(failing);
  }
}

/** States of the parents, where the shard has none of its own yet. */
function inheritanceOf({ parents, state }: Lease, byId: ReadonlyMap<string, Lease>): Inheritance[] {
  if (state !== undefined) return [];
  return [...parents].sort().flatMap((shardId) => {
    const left = byId.get(shardId)?.state;
    return left === undefined ? [] : [{ shardId, state: left }];
  });
}
