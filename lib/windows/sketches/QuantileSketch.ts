import { LogBuckets } from './LogBuckets';

/** as many numbers are kept as they are; beyond, only their buckets */
const maxExact = 512;
const maxBuckets = 1024;
/** of the value, once the numbers are in buckets */
const quantileError = 0.01;

/**
 * Percentiles in bounded memory: exact (linear between neighbours, as SQL's PERCENTILE_CONT) for up to 512 numbers, and
 * beyond within 1 % of the value of the neighbouring ones. Negative numbers have buckets of their own. Numbers smaller
 * than the largest by more than a factor of about 10^7 may share a bucket.
 */
export class QuantileSketch {
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
