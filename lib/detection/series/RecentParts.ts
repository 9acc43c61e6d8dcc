import { flatState } from '../flatState';

/** The score is the mean of two running means over about so many records: one is soon there, the other does not waver. */
const horizons = [5, 60] as const;
/** Records that are looked at one by one: what lies further back adds less than a tenth of what it adds at first. */
const remembered = 16;
/** The first records say nothing, since there is no telling yet what is usual: means begin after them. */
const settling = 100;

/**
 * Parts of scores, averaged over the latest records, because what is strange about a machine lasts; and which record of
 * late adds most, because a mean tells later than what it is made of.
 */
export class RecentParts {
  /** the running mean of each horizon, the parts of the latest records in a ring, and how many records there were */
  private readonly means: readonly Float64Array[];
  private readonly ring: Float64Array;
  private readonly seen: Float64Array;
  private readonly all: Float64Array;

  /** @param length of the parts of a record */
  constructor(
    private readonly length: number,
    state?: readonly number[],
  ) {
    const all = flatState('the latest parts', (horizons.length + remembered) * length + 1, state);
    this.means = horizons.map((_, h) => all.subarray(h * length, (h + 1) * length));
    this.ring = all.subarray(horizons.length * length, -1);
    this.seen = all.subarray(-1);
    this.all = all;
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.all];
  }

  get byteLength(): number {
    return this.all.byteLength;
  }

  /**
   * Takes the parts of the next record in.
   * @param mean takes the parts as they are on average now
   */
  take(parts: Float64Array, mean: Float64Array): void {
    const { length, means, ring, seen } = this;
    seen[0]!++;
    mean.fill(0);
    horizons.forEach((records, h) => {
      const its = means[h]!;
      const rate = rateOf(records, seen[0]!);
      for (let at = 0; at < length; at++) {
        its[at] = its[at]! + rate * (parts[at]! - its[at]!);
        mean[at] = mean[at]! + its[at]! / horizons.length;
      }
    });
    ring.set(parts, this.placeOf(0));
  }

  /**
   * The record that adds most to the mean, the newer of two alike.
   * @returns how many records ago it came, and its parts of the mean
   */
  strangest(): { readonly lag: number; readonly parts: Float64Array } {
    const { length, ring, seen } = this;
    let strangest = 0;
    let most = -1;
    for (let lag = 0; lag < Math.min(remembered, seen[0]!); lag++) {
      const from = this.placeOf(lag);
      let sum = 0;
      for (let at = from; at < from + length; at++) sum += ring[at]!;
      const adds = sum * weightOf(lag, seen[0]!);
      if (adds > most) [strangest, most] = [lag, adds];
    }
    const from = this.placeOf(strangest);
    const weight = weightOf(strangest, seen[0]!);
    return { lag: strangest, parts: ring.slice(from, from + length).map((part) => weight * part) };
  }

  private placeOf(lag: number): number {
    return ((this.seen[0]! - 1 - lag + remembered) % remembered) * this.length;
  }
}

/** What a record counts when it comes, in the mean over about so many: as much as any other while there are fewer. */
function rateOf(records: number, number: number): number {
  return Math.max(1 / records, 1 / Math.max(1, number - settling));
}

/** What a record of so many ago counts in the mean, when there were `seen`. */
function weightOf(lag: number, seen: number): number {
  let weight = 0;
  for (const records of horizons) {
    let its = rateOf(records, seen - lag);
    for (let later = seen - lag + 1; later <= seen; later++) its *= 1 - rateOf(records, later);
    weight += its / horizons.length;
  }
  return weight;
}
