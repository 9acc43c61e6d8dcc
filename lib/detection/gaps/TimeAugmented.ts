import { UsualGap } from './UsualGap';

/**
 * Makes the time since the record before one more value of each record, so that a forest finds what comes too late, too
 * early or not at all for a while. The gap is counted in usual gaps: it is about 1 whatever the pace of the stream.
 */
export class TimeAugmented {
  private readonly gap: UsualGap;

  /** @param memory records after which a gap counts 1/e of a new one */
  constructor(memory = 256, state?: readonly number[]) {
    this.gap = new UsualGap(memory, state);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return this.gap.state();
  }

  /**
   * Adds the gap behind the values of a record, and takes its time in.
   * @param time ms since the epoch
   * @param out has one place more than the record
   */
  add(record: ArrayLike<number>, time: number, out: Float64Array): void {
    for (let d = 0; d < out.length - 1; d++) out[d] = record[d]!;
    const since = this.gap.since(time);
    const { usual } = this.gap;
    // Of the first records nothing is late.
    out[out.length - 1] = since === undefined || usual === undefined ? 1 : since / usual;
    this.gap.learn(time);
  }
}
