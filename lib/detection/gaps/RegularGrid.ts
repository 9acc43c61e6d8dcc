import { UsualGap } from './UsualGap';

/** From this many usual gaps on, records are missing in between. */
const late = 1.5;

/**
 * Sees a stream as records at regular times, some of which are missing: the first half of what is needed to fill the
 * holes and keep a shingle's rhythm (fillGap is the other). Learns the rhythm from the stream unless it is set.
 */
export class RegularGrid {
  private readonly gap: UsualGap;

  private readonly interval: number | undefined;

  /**
   * @param most how many missing records are worth filling in: the shingle's length, as no more shows in it
   * @param options.interval between records in ms; learned when left out
   * @param options.memory records after which a gap counts 1/e of a new one. 256
   */
  constructor(
    private readonly most: number,
    { interval, memory = 256, state }: { interval?: number; memory?: number; state?: readonly number[] } = {},
  ) {
    this.interval = interval;
    this.gap = new UsualGap(memory, state);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return this.gap.state();
  }

  /**
   * Takes in the time of a record, ms since the epoch.
   * @returns how many records are missing right before it, up to `most`
   */
  missingBefore(time: number): number {
    const interval = this.interval ?? this.gap.usual;
    const since = this.gap.since(time);
    this.gap.learn(time);
    if (interval === undefined || since === undefined || since < late * interval) return 0;
    return Math.min(this.most, Math.round(since / interval) - 1);
  }
}
