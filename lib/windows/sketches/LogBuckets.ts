import { RecordError } from '../../records/RecordError';
import { countIn, listIn, numberIn, tupleIn, type State } from '../state/State';

/** buckets that may wait below the lowest one before they are joined, so that joining is rare */
const slack = 256;
/** far beyond the bucket of any double */
const largestIndex = 2 ** 31;

/**
 * Counts of positive numbers in buckets whose bounds grow by a constant factor, so that every number is known to within
 * a relative error: the store of DDSketch (Masson, Rim and Lee, VLDB 2019). Only the `maxBuckets` below the largest number
 * are told apart. Smaller numbers share the lowest of these and lose the promise, in whatever order they came.
 */
export class LogBuckets {
  private readonly counts = new Map<number, number>();
  private readonly logGamma: number;
  private highest = -Infinity;

  /** @param error relative, between 0 and 1 */
  constructor(
    private readonly error: number,
    private readonly maxBuckets: number,
  ) {
    this.logGamma = Math.log1p((2 * error) / (1 - error));
  }

  /** how many numbers there are */
  get total(): number {
    let total = 0;
    for (const count of this.counts.values()) total += count;
    return total;
  }

  add(value: number): void {
    this.addTo(Math.ceil(Math.log(value) / this.logGamma), 1);
  }

  merge(other: LogBuckets): void {
    for (const [index, count] of other.counts) this.addTo(index, count);
  }

  /** Value and count of each bucket, smallest value first. */
  ascending(): [value: number, count: number][] {
    return this.sorted().map(([index, count]) => [this.valueOf(index), count]);
  }

  /** Index and count of each bucket. */
  state(): State {
    return this.sorted();
  }

  load(state: unknown, field: string): void {
    listIn(state, field, this.maxBuckets + slack, (entry, at) => {
      const [index, count] = tupleIn(entry, at, 2);
      this.addTo(indexIn(index, `${at}[0]`), countIn(count, `${at}[1]`));
    });
  }

  private sorted(): [index: number, count: number][] {
    this.joinSmallest();
    return [...this.counts].sort(([a], [b]) => a - b);
  }

  /** The value that is off by the same share from both bounds of the bucket. */
  private valueOf(index: number): number {
    return Math.exp(index * this.logGamma) * (1 - this.error);
  }

  private addTo(index: number, count: number): void {
    this.highest = Math.max(this.highest, index);
    this.counts.set(index, (this.counts.get(index) ?? 0) + count);
    if (this.counts.size > this.maxBuckets + slack) this.joinSmallest();
  }

  private joinSmallest(): void {
    const lowest = this.highest - this.maxBuckets + 1;
    for (const [index, count] of this.counts) {
      if (index >= lowest) continue;
      this.counts.delete(index);
      this.counts.set(lowest, (this.counts.get(lowest) ?? 0) + count);
    }
  }
}

function indexIn(state: unknown, field: string): number {
  const index = numberIn(state, field);
  if (!Number.isInteger(index) || Math.abs(index) > largestIndex) {
    throw new RecordError(field, state, 'the number of a bucket');
  }
  return index;
}
