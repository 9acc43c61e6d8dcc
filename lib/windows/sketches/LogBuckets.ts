/**
 * Counts of positive numbers in buckets whose bounds grow by a constant factor, so that every number is known to within
 * a relative error: the store of DDSketch (Masson, Rim and Lee, VLDB 2019). Beyond `maxBuckets` the smallest numbers
 * share a bucket and lose that promise; the largest keep it.
 */
export class LogBuckets {
  private readonly counts = new Map<number, number>();
  private readonly logGamma: number;
  private lowest = -Infinity;

  /** @param error relative, between 0 and 1 */
  constructor(
    private readonly error: number,
    private readonly maxBuckets: number,
  ) {
    this.logGamma = Math.log1p((2 * error) / (1 - error));
  }

  add(value: number): void {
    this.addTo(Math.ceil(Math.log(value) / this.logGamma), 1);
  }

  merge(other: LogBuckets): void {
    for (const [index, count] of other.counts) this.addTo(index, count);
  }

  /** Value and count of each bucket, smallest value first. */
  ascending(): [value: number, count: number][] {
    return [...this.counts].sort(([a], [b]) => a - b).map(([index, count]) => [this.valueOf(index), count]);
  }

  /** The value that is off by the same share from both bounds of the bucket. */
  private valueOf(index: number): number {
    return Math.exp(index * this.logGamma) * (1 - this.error);
  }

  private addTo(wanted: number, count: number): void {
    const index = Math.max(wanted, this.lowest);
    this.counts.set(index, (this.counts.get(index) ?? 0) + count);
    if (this.counts.size > this.maxBuckets) this.joinSmallest();
  }

  private joinSmallest(): void {
    const indexes = [...this.counts.keys()].sort((a, b) => a - b);
    // An eighth at a time: joining one by one would sort for every new number.
    const [joined, into] = [indexes.slice(0, this.maxBuckets >> 3), indexes[this.maxBuckets >> 3]!];
    this.lowest = into;
    for (const index of joined) {
      this.counts.set(into, this.counts.get(into)! + this.counts.get(index)!);
      this.counts.delete(index);
    }
  }
}
