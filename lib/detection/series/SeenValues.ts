import { ln } from '../../random-cut-forest/deterministicMath';
import { flatState } from '../flatState';

/** Novelty of the first values says nothing. */
const settling = 20;
/** Further out than so many ranges nothing more is learned about how strange a value is. */
const mostRanges = 1;

/**
 * All values that a stream has had, as far as they differ: each is kept unless one next to it is kept already. How novel
 * a value is, is how far it lies from all of them, as a part of their range. Of values in one dimension this is exact
 * where a forest samples, and unlike a forest's score it stays low in the thin tail of heavy-tailed data, where values
 * lie far apart as a rule.
 */
export class SeenValues {
  /** the values in rising order, and the number of the record that had each one last */
  private readonly values: Float64Array;
  private readonly records: Float64Array;
  /** how many values are kept; records seen; those seen when old values were last dropped */
  private readonly counters: Float64Array;
  readonly byteLength: number;

  /**
   * @param capacity values kept at most: they resolve the range into half as many steps
   * @param memory records after which a value that did not come again is forgotten
   */
  constructor(
    private readonly capacity: number,
    private readonly memory: number,
    state?: readonly number[],
  ) {
    const all = flatState('the values seen', 3 + 2 * capacity, state);
    this.byteLength = all.byteLength;
    this.counters = all.subarray(0, 3);
    this.values = all.subarray(3, 3 + capacity);
    this.records = all.subarray(3 + capacity);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.counters, ...this.values, ...this.records];
  }

  /**
   * The distance to the nearest value seen, as a part of the range of all, times the binary logarithm of how many records
   * there were: the same distance says more the longer the stream has avoided it.
   * @returns 0 for a value seen, 1 times that logarithm for one as far away as the range is wide
   */
  noveltyOf(x: number): number {
    const { counters, values } = this;
    const [kept, seen] = [counters[0]!, counters[1]!];
    if (seen < settling) return 0;
    const at = this.placeOf(x);
    const below = at > 0 ? x - values[at - 1]! : Infinity;
    const above = at < kept ? values[at]! - x : Infinity;
    const apart = Math.min(below, above);
    const range = values[kept - 1]! - values[0]!;
    const part = range > 0 ? apart / range : apart > 0 ? 1 : 0;
    return (Math.min(part, mostRanges) * ln(seen + 2)) / Math.LN2;
  }

  learn(x: number): void {
    const { counters, values, records } = this;
    if (counters[1]! - counters[2]! > this.memory / 8) this.forget();
    const at = this.placeOf(x);
    const number = counters[1]!++;
    const kept = counters[0]!;
    const nearest = at === kept || (at > 0 && x - values[at - 1]! <= values[at]! - x) ? at - 1 : at;
    if (kept > 0 && Math.abs(values[nearest]! - x) <= (at > 0 && at < kept ? this.resolution : 0)) {
      records[nearest] = number;
      return;
    }
    values.copyWithin(at + 1, at, kept);
    records.copyWithin(at + 1, at, kept);
    values[at] = x;
    records[at] = number;
    counters[0] = kept + 1;
    if (kept + 1 === this.capacity) this.thinOut();
  }

  /** Values nearer to each other than this are taken as one. */
  private get resolution(): number {
    const { counters, values } = this;
    return (2 * (values[counters[0]! - 1]! - values[0]!)) / this.capacity;
  }

  /** How many values lie below x. */
  private placeOf(x: number): number {
    let low = 0;
    let high = this.counters[0]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.values[middle]! < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Lets one of values that the range has outgrown stand for those next to it; the highest stays. */
  private thinOut(): void {
    const { counters, values, records, resolution } = this;
    const last = counters[0]! - 1;
    let to = 0;
    for (let from = 1; from <= last; from++) {
      if (from < last && values[from]! - values[to]! <= resolution) {
        records[to] = Math.max(records[to]!, records[from]!);
        continue;
      }
      to++;
      values[to] = values[from]!;
      records[to] = records[from]!;
    }
    counters[0] = to + 1;
  }

  private forget(): void {
    const { counters, values, records, memory } = this;
    const oldest = counters[1]! - memory;
    let to = 0;
    for (let from = 0; from < counters[0]!; from++) {
      if (records[from]! < oldest) continue;
      values[to] = values[from]!;
      records[to++] = records[from]!;
    }
    counters[0] = to;
    counters[2] = counters[1]!;
  }
}
