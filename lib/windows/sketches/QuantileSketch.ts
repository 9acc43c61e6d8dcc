import type { Gathering } from '../Gathering';
import { countIn, listIn, numberIn, tupleIn, type State } from '../state/State';
import { LogBuckets } from './LogBuckets';

/** as many numbers are kept as they are; beyond, only their buckets */
const maxExact = 512;
const maxBuckets = 2048;
/** of the value, once the numbers are in buckets */
const quantileError = 0.01;

/**
 * Percentiles in bounded memory: exact (linear between neighbours, as SQL's PERCENTILE_CONT) for up to 512 numbers, and
 * beyond within 1 % of the value of the neighbouring ones. Negative numbers have buckets of their own. Numbers smaller
 * than the largest by more than a factor of 10^17 share a bucket. The order of the numbers makes no difference.
 */
export class QuantileSketch implements Gathering<number> {
  private exact: number[] | undefined = [];
  private readonly positive = new LogBuckets(quantileError, maxBuckets);
  private readonly negative = new LogBuckets(quantileError, maxBuckets);
  private zeros = 0;
  private n = 0;
  private smallest = Infinity;
  private largest = -Infinity;

  add(value: number): void {
    this.n++;
    this.smallest = Math.min(this.smallest, value);
    this.largest = Math.max(this.largest, value);
    if (!this.exact) this.addToBuckets(value);
    else {
      this.exact.push(value);
      if (this.exact.length > maxExact) this.toBuckets();
    }
  }

  merge(other: QuantileSketch): void {
    if (other.exact) {
      for (const value of other.exact) this.add(value);
      return;
    }
    this.toBuckets();
    this.positive.merge(other.positive);
    this.negative.merge(other.negative);
    this.zeros += other.zeros;
    this.n += other.n;
    this.smallest = Math.min(this.smallest, other.smallest);
    this.largest = Math.max(this.largest, other.largest);
  }

  /** @param p 0 to 100; undefined when there are no numbers */
  percentile(p: number): number | undefined {
    if (this.n === 0) return undefined;
    const rank = (p / 100) * (this.n - 1);
    return this.exact ? between(this.exact, rank) : this.bucketAt(rank);
  }

  /** The numbers as they are, or the extremes, the zeros and the buckets. */
  state(): State {
    if (this.exact) return [[...this.exact]];
    return [this.smallest, this.largest, this.zeros, this.negative.state(), this.positive.state()];
  }

  load(state: unknown, field: string): void {
    if (Array.isArray(state) && state.length === 1) {
      for (const value of listIn(state[0], `${field}[0]`, maxExact, numberIn)) this.add(value);
      return;
    }
    const [smallest, largest, zeros, negative, positive] = tupleIn(state, field, 5);
    this.exact = undefined;
    this.smallest = numberIn(smallest, `${field}[0]`);
    this.largest = numberIn(largest, `${field}[1]`);
    this.zeros = countIn(zeros, `${field}[2]`);
    this.negative.load(negative, `${field}[3]`);
    this.positive.load(positive, `${field}[4]`);
    this.n = this.zeros + this.negative.total + this.positive.total;
  }

  private toBuckets(): void {
    for (const value of this.exact ?? []) this.addToBuckets(value);
    this.exact = undefined;
  }

  private addToBuckets(value: number): void {
    if (value > 0) this.positive.add(value);
    else if (value < 0) this.negative.add(-value);
    else this.zeros++;
  }

  private bucketAt(rank: number): number {
    const ascending = [
      ...this.negative
        .ascending()
        .reverse()
        .map(([value, count]) => [-value, count] as const),
      [0, this.zeros] as const,
      ...this.positive.ascending(),
    ];
    const wanted = Math.floor(rank);
    let passed = 0;
    const found = ascending.find(([, count]) => (passed += count) > wanted);
    return Math.min(Math.max(found?.[0] ?? this.largest, this.smallest), this.largest);
  }
}

function between(values: number[], rank: number): number {
  const sorted = values.sort((a, b) => a - b);
  const low = sorted[Math.floor(rank)]!;
  const high = sorted[Math.ceil(rank)]!;
  const share = rank - Math.floor(rank);
  // Not low + share * (high - low): the difference of two huge numbers may not be finite.
  return low === high ? low : low * (1 - share) + high * share;
}
