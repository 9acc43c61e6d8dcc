import type { ActivePartitions, Silence } from '../delivery/partitions';

/** A moment on both clocks of a machine, in milliseconds. */
export interface Instant {
  /** the wall clock, since the epoch; people and time servers set it */
  readonly wall: number;
  /** a clock that only ever goes forward, from any start */
  readonly steady: number;
}

/** How far time had come in a partition, for a checkpoint. */
export type SavedPartition = readonly [name: string, newest: number];

interface Progress {
  /** time of the newest record, ms */
  newest: number;
  /** on the steady clock: nothing has come since; undefined until the next look at the clock */
  quietSince: number | undefined;
}

/** Partitions that are remembered beside those being read: they have ended, or no source knows them. */
const maxOthers = 1000;

/**
 * How far event time has certainly come: no record from before it is expected any more. Records of one partition come
 * roughly in order, those of different partitions with any delay between them. So each partition has a mark of its own,
 * which follows its newest record at the distance of the allowed lateness, and the least mark counts. It never goes back.
 *
 * A partition with nothing for the idle timeout holds the others up no longer. When all are so, event time runs on from
 * the newest record at the pace of the clock, so that the last windows of a silent source close too. Where the source
 * tells, silence is what it has seen: of the time since its last look nobody knows.
 *
 * Records that come from no partition, such as the results of windows, carry time as long as no partition that is read has
 * given any, and when none of those is waited for. Otherwise a window behind another one would wait for records of shards,
 * which never come to it.
 */
export class Watermark {
  private readonly progress = new Map<string, Progress>();
  /** the least mark so far */
  private followed = -Infinity;
  /** how far the clock has carried time so far */
  private ranOn = -Infinity;
  /** on the steady clock; undefined until the next look at it */
  private lastArrival: number | undefined;
  private asked: { readonly at: number; readonly active: ReturnType<ActivePartitions> } | undefined;

  /**
   * @param lateness how far records may lie behind the newest one of their partition, ms
   * @param idleTimeout silence after which a partition is not waited for, ms; 0 waits without end
   * @param maxAhead how far a record may lie ahead of both the newest one and the wall clock, ms; 0 is no limit
   */
  constructor(
    private readonly lateness: number,
    private readonly idleTimeout: number,
    private readonly maxAhead: number,
    /** asked once an instant */
    private readonly active: ActivePartitions = () => undefined,
  ) {}

  /**
   * Whether a time is too far in the future to be true. One such record would close every window, and all true records
   * after it would be late. Both conditions must hold: history that is replayed lies behind the clock, and a simulation
   * of the future close to the record before.
   */
  isTooFarAhead(partition: string, time: number, now: Instant): boolean {
    return this.maxAhead > 0 && time > Math.max(this.newestOf(partition), now.wall) + this.maxAhead;
  }

  /** Notes that a record of this time (ms since the epoch) has come now. */
  observe(partition: string, time: number, now: Instant): void {
    const progress = this.progressOf(partition, this.activeAt(now));
    progress.newest = Math.max(progress.newest, time);
    progress.quietSince = now.steady;
    this.lastArrival = now.steady;
  }

  /** How far time has come in one partition, ms since the epoch, by its records alone; -Infinity before the first. */
  of(partition: string): number {
    return this.newestOf(partition) - this.lateness;
  }

  /** The watermark now, milliseconds since the epoch; -Infinity before the first record. */
  at(now: Instant): number {
    this.lastArrival ??= this.assumedArrival(now);
    const least = this.leastAwaited(now);
    if (least < Infinity) this.followed = Math.max(this.followed, least - this.lateness);
    else this.runOn(now);
    return Math.max(this.followed, this.ranOn);
  }

  /** What a checkpoint keeps: the least mark, and the partitions. How far the clock has carried time is not in it. */
  state(): { followed: number; partitions: SavedPartition[] } {
    return {
      followed: this.followed,
      partitions: [...this.progress].map(([name, { newest }]) => [name, newest]),
    };
  }

  /**
   * Goes on from there; only for one that is new. Silence is counted anew.
   * @param closedUntil how far time certainly had come, ms since the epoch
   */
  load(followed: number, partitions: readonly SavedPartition[], closedUntil: number): void {
    this.followed = followed;
    this.ranOn = closedUntil;
    for (const [name, newest] of partitions) this.progress.set(name, { newest, quietSince: undefined });
  }

  /** Time of the newest record of that partition of those waited for where it is oldest; Infinity when none is. */
  private leastAwaited(now: Instant): number {
    const active = this.activeAt(now);
    if (!active) return this.leastUntold(this.progress.values(), now);
    let least = Infinity;
    let hasCome = false;
    for (const [name, { silence, parents = [] }] of active) {
      const progress = this.progressOf(name, active);
      for (const parent of parents) progress.newest = Math.max(progress.newest, this.newestOf(parent));
      hasCome ||= progress.newest > -Infinity;
      if (this.isAwaited(progress, silence, now)) least = Math.min(least, progress.newest);
    }
    const elsewhere = this.progress.get('');
    return elsewhere && (least === Infinity || !hasCome) ? this.leastUntold([elsewhere], now) : least;
  }

  /** The same, of partitions that no source tells of. */
  private leastUntold(partitions: Iterable<Progress>, now: Instant): number {
    const untold = { since: -Infinity, asOf: now.steady };
    let least = Infinity;
    for (const progress of partitions) {
      if (this.isAwaited(progress, untold, now)) least = Math.min(least, progress.newest);
    }
    return least;
  }

  private isAwaited(progress: Progress, silence: Silence | undefined, now: Instant): boolean {
    progress.quietSince ??= now.steady;
    if (this.idleTimeout === 0 || !silence) return true;
    return silence.asOf - Math.max(silence.since, progress.quietSince) < this.idleTimeout;
  }

  /** After a restart the silence begins now, or before, by as much as the clock had already carried time. */
  private assumedArrival(now: Instant): number | undefined {
    const newest = this.newest();
    if (newest === -Infinity) return undefined;
    return now.steady - Math.max(0, this.ranOn + this.lateness - newest);
  }

  private runOn(now: Instant): void {
    const newest = this.newest();
    if (this.idleTimeout === 0 || this.lastArrival === undefined || newest === -Infinity) return;
    const silence = this.seenUntil(now) - this.lastArrival;
    if (silence >= this.idleTimeout) this.ranOn = Math.max(this.ranOn, newest + silence - this.lateness);
  }

  /** On the steady clock: up to when it is known of all partitions whether something has come. */
  private seenUntil(now: Instant): number {
    let until = now.steady;
    for (const { silence } of this.activeAt(now)?.values() ?? []) {
      if (silence) until = Math.min(until, silence.asOf);
    }
    return until;
  }

  private newest(): number {
    let newest = -Infinity;
    for (const progress of this.progress.values()) newest = Math.max(newest, progress.newest);
    return newest;
  }

  private newestOf(partition: string): number {
    return this.progress.get(partition)?.newest ?? -Infinity;
  }

  /** All records of a batch come at one instant, and the source need not tell anew for each. */
  private activeAt({ steady }: Instant): ReturnType<ActivePartitions> {
    if (this.asked?.at !== steady) this.asked = { at: steady, active: this.active() };
    return this.asked.active;
  }

  private progressOf(partition: string, active: ReturnType<ActivePartitions>): Progress {
    const known = this.progress.get(partition);
    if (known) return known;
    this.forgetOldest(active);
    const progress = { newest: -Infinity, quietSince: undefined };
    this.progress.set(partition, progress);
    return progress;
  }

  private forgetOldest(active: ReturnType<ActivePartitions>): void {
    if (this.progress.size < (active?.size ?? 0) + maxOthers) return;
    for (const name of this.progress.keys()) {
      if (active?.has(name)) continue;
      this.progress.delete(name);
      return;
    }
  }
}
