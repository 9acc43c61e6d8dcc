import { flatState } from '../flatState';

/** How much a new record counts among the earlier ones: 10,000 of them are looked back on. */
const rate = 0.0001;
/** Further out, in deviations, one value would decide alone. */
const furthest = 30;
/** Before so many records there is no telling what is far away; afterwards a value counts as so many deviations at most. */
const [settling, reach] = [50, 100];
/** Of a value that never changes: a change by this part of it counts as one deviation. */
const flat = 0.001;
/** Keeps squares finite. */
const largest = 1e150;

/**
 * How many standard deviations each value lies from its mean. Squares make a metric of bursts or of strays wide, so that what
 * comes again and again is little; and they make one wide that has gone to another level, the more the further it went: of
 * a level of n records, values are less than sqrt(10,000 / n) deviations away, wherever it lies.
 */
export class Distances {
  /** of each value the mean; of each the variance; how often each came; then the records seen */
  private readonly memory: Float64Array;
  /** how often each value came */
  readonly counts: Float64Array;

  constructor(
    private readonly dimensions: number,
    state?: readonly number[],
  ) {
    this.memory = flatState('distances', 3 * dimensions + 1, state);
    this.counts = this.memory.subarray(2 * dimensions, 3 * dimensions);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.memory];
  }

  get byteLength(): number {
    return this.memory.byteLength;
  }

  /** How far out a value is, by the records so far; NaN of one that is missing. */
  of(d: number, value: number): number {
    const apart = Math.min(largest, Math.max(-largest, value - this.memory[d]!));
    return apart === 0 ? 0 : Math.min(furthest, Math.max(-furthest, apart / this.unit(d)));
  }

  /** The value that lies so many deviations out. */
  restore(d: number, away: number): number {
    return this.memory[d]! + away * this.unit(d);
  }

  /** Records so far. */
  get seen(): number {
    return this.memory[3 * this.dimensions]!;
  }

  /**
   * Tells how far out the values of a record are, and then learns them.
   * @param record NaN of what is missing, which is not out at all
   * @param away takes one number a value: deviations, below 0 for a value that is low, 30 at most
   */
  take(record: ArrayLike<number>, away: Float64Array): void {
    const { counts, dimensions, memory } = this;
    memory[3 * dimensions]!++;
    for (let d = 0; d < dimensions; d++) {
      const value = record[d]!;
      away[d] = 0;
      if (Number.isNaN(value)) continue;
      const count = ++counts[d]!;
      const its = Math.max(1 / count, rate);
      if (count === 1) memory[d] = value;
      away[d] = this.of(d, value);
      const apart = Math.min(largest, Math.max(-largest, value - memory[d]!));
      const unit = this.unit(d);
      const most = count > settling && unit > 0 ? reach * unit : largest;
      const bounded = Math.min(most, Math.max(-most, apart));
      memory[d] = memory[d]! + its * bounded;
      memory[dimensions + d] = memory[dimensions + d]! + its * (bounded * bounded - memory[dimensions + d]!);
    }
  }

  /** What counts as one deviation of value `d`. */
  private unit(d: number): number {
    const { dimensions, memory } = this;
    return Math.max(Math.sqrt(memory[dimensions + d]!), flat * Math.abs(memory[d]!));
  }
}
