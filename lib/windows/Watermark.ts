/** A moment on both clocks of a machine, in milliseconds. */
export interface Instant {
  /** the wall clock, since the epoch; people and time servers set it */
  readonly wall: number;
  /** a clock that only ever goes forward, from any start */
  readonly steady: number;
}

/**
 * How far event time has certainly come: no record from before it is expected any more. It follows the newest record
 * at the distance of the allowed lateness. When nothing has come for the idle timeout, event time runs on from that
 * record at the pace of the clock, so that the last windows of a silent source close too. It never goes back.
 */
export class Watermark {
  private newest = -Infinity;
  private lastArrival = -Infinity;
  private reached = -Infinity;

  /**
   * @param lateness how far records may lie behind the newest one, ms
   * @param idleTimeout silence after which the clock takes over, ms; 0 waits for the next record without end
   * @param maxAhead how far a record may lie ahead of both the newest one and the wall clock, ms; 0 is no limit
   */
  constructor(
    private readonly lateness: number,
    private readonly idleTimeout: number,
    private readonly maxAhead: number,
  ) {}

  /**
   * Whether a time is too far in the future to be true. One such record would close every window, and all true records
   * after it would be late. Both conditions must hold: history that is replayed lies behind the clock, and a simulation
   * of the future close to the record before.
   */
  isTooFarAhead(time: number, now: Instant): boolean {
    return this.maxAhead > 0 && time > Math.max(this.newest, now.wall) + this.maxAhead;
  }

  /** Notes that a record of this time (ms since the epoch) has come now. */
  observe(time: number, now: Instant): void {
    this.newest = Math.max(this.newest, time);
    this.lastArrival = now.steady;
    this.reached = Math.max(this.reached, this.newest - this.lateness);
  }

  /** The watermark now, milliseconds since the epoch; -Infinity before the first record. */
  at(now: Instant): number {
    const silence = now.steady - this.lastArrival;
    if (this.idleTimeout > 0 && silence >= this.idleTimeout && this.newest > -Infinity) {
      this.reached = Math.max(this.reached, this.newest + silence - this.lateness);
    }
    return this.reached;
  }
}
