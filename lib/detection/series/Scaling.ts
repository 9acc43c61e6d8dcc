import { flatState } from '../flatState';

/** The standard deviation of normally distributed values is so many mean absolute deviations. */
const perDeviation = 1.25;
/** Before so many records there is no telling what is far away. */
const settling = 50;
/** Of a value that never changes: a change by this part of it counts as one deviation. */
const flat = 0.001;

/**
 * Tells of each value how many deviations it lies from where it usually is, by running means and mean absolute
 * deviations. Both follow far values only so far (Huber 1964), so that a burst does not excuse what comes next to it,
 * while a level that stays is followed the faster the longer it stays: the deviation grows with it.
 */
export class Scaling {
  /** of each value the mean and the mean absolute deviation; then, of all, the records seen */
  private readonly memory: Float64Array;

  /**
   * @param rate how much a new record counts among the earlier ones
   * @param furthest deviations at most that `apply` gives
   * @param reach a value moves its mean and deviation no further than one so many deviations away would
   */
  constructor(
    private readonly dimensions: number,
    private readonly rate: number,
    private readonly furthest: number,
    private readonly reach: number,
    state?: readonly number[],
  ) {
    this.memory = flatState('a scaling', 2 * dimensions + 1, state);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.memory];
  }

  get byteLength(): number {
    return this.memory.byteLength;
  }

  /** @param out takes one number a value; 0 of a value that is NaN */
  apply(record: ArrayLike<number>, out: Float64Array): void {
    const { dimensions, furthest, memory } = this;
    const isFirst = memory[2 * dimensions] === 0;
    for (let d = 0; d < dimensions; d++) {
      const apart = record[d]! - memory[2 * d]!;
      const unit = this.unit(d);
      if (isFirst || apart === 0 || Number.isNaN(apart)) out[d] = 0;
      else out[d] = Math.min(furthest, Math.max(-furthest, apart / unit));
    }
  }

  /** The value that `apply` gives `scaled` for, as far as it was not too far away. */
  restore(d: number, scaled: number): number {
    return this.memory[2 * d]! + scaled * this.unit(d);
  }

  /**
   * Takes in a record; what is NaN in it is left out.
   * @param counts how often each value has come with this record, where some come later than others
   */
  learn(record: ArrayLike<number>, counts?: Float64Array): void {
    const { dimensions, memory } = this;
    const all = ++memory[2 * dimensions]!;
    for (let d = 0; d < dimensions; d++) {
      const seen = counts ? counts[d]! : all;
      const rate = Math.max(1 / seen, this.rate);
      const apart = record[d]! - memory[2 * d]!;
      if (Number.isNaN(apart)) continue;
      if (seen === 1) {
        memory[2 * d] = record[d]!;
        continue;
      }
      const reach = perDeviation * this.reach * memory[2 * d + 1]!;
      const most = seen > settling && reach > 0 ? reach : Number.MAX_VALUE;
      const bounded = Math.min(most, Math.max(-most, apart));
      memory[2 * d] = memory[2 * d]! + rate * bounded;
      memory[2 * d + 1] = memory[2 * d + 1]! + rate * (Math.abs(bounded) - memory[2 * d + 1]!);
    }
  }

  /** The state of `Distances` that have learned what this has, for those who had none. */
  asDistances(): number[] {
    const { dimensions, memory } = this;
    const each = Array.from({ length: dimensions }, (_, d) => d);
    const variances = each.map((d) => Math.min(Number.MAX_VALUE, (perDeviation * memory[2 * d + 1]!) ** 2));
    const seen = memory[2 * dimensions]!;
    return [...each.map((d) => memory[2 * d]!), ...variances, ...each.map(() => seen), seen];
  }

  /** What counts as one deviation of value `d`. */
  private unit(d: number): number {
    const { memory } = this;
    return Math.max(perDeviation * memory[2 * d + 1]!, flat * Math.abs(memory[2 * d]!));
  }
}
