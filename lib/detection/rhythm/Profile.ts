import type { Bins } from './bins';
import { Departure, departureLength, type Known } from './Departure';
import { Level, levelLength } from './Level';

/** Numbers of `head`: the mean square of its own errors and of those of no rhythm, records judged, the latest bin; */
const [own, plain, judged, latest] = [0, 1, 2, 3];
/** then those of its level, and of a departure from it. */
const [levelAt, departureAt] = [4, 4 + levelLength];
export const profileHead = departureAt + departureLength;

/** Times that a bin has come round until an old value counts 1/e: a rhythm may change within a week. */
const memory = 6;
/** A weight of this is as good as once: the parts of a bin do not add up to it exactly. */
const once = 0.99;
/** What a record counts at least that came at the same time as the one before. */
const leastPart = 0.001;
/** Records until an error counts 1/e of a new one. */
const errorMemory = 2000;
/** Errors of so many records tell something. */
const enough = 20;
/** In a mean square, an error counts as at most so many usual ones, if one of both had expected the value. */
const mostCounted = 20;
/** What is further off than so many usual errors is an outlier. */
const outlying = 4;
/** What has lasted for so many records tells nothing of how far off values usually are. */
const mostJudged = 60;

/**
 * What is usual at each place of a rhythm: a mean for every bin, and a level above them that all share, so that a change of
 * level needs not be learned in each bin by itself. It knows how far off it is, and how far off one would be without it.
 *
 * While values are off for longer than by chance it stays as it is; see Departure for when it takes them over.
 *
 * An outlier leaves the bin as it is; when it is off to the same side the next time round, that was none, and the bin begins anew.
 */
export class Profile {
  private readonly level: Level;
  private readonly departure: Departure;

  /**
   * @param head `profileHead` numbers, zeros at first
   * @param first where its bins begin in what follows, zeros at first
   * @param means one for each bin
   * @param weights how many times each bin has come round
   * @param outliers 1 for each bin that was too high when it last came round, -1 for too low
   */
  constructor(
    private bins: Bins,
    private readonly head: Float64Array,
    private readonly first: number,
    private readonly means: Float32Array,
    private readonly weights: Float32Array,
    private readonly outliers: Int8Array,
  ) {
    this.level = new Level(head.subarray(levelAt, departureAt));
    this.departure = new Departure(head.subarray(departureAt));
  }

  /** NaN while nothing is known of that time. */
  expected(time: number): number {
    const bin = this.filled(this.binAt(time));
    return bin === undefined ? NaN : this.means[bin]! + this.level.value;
  }

  /** What is known at a time of departures from what was expected. @param origin what values are taken from */
  known(time: number, origin: number): Known[] {
    const bin = this.filled(this.binAt(time));
    return bin === undefined ? [] : this.departure.known(origin + this.means[bin]!, this.level.value);
  }

  /** Remembers that people were told of the departure that goes on. */
  noteTold(): void {
    this.departure.noteTold();
  }

  /** How far values usually are from what it expected: the root of the mean square. */
  get error(): number {
    return Math.sqrt(this.head[own]!);
  }

  /** The part of the variance that it explains, 0 to 1; 0 while that is not known. */
  get strength(): number {
    const { head } = this;
    if (head[judged]! < enough || head[plain] === 0) return 0;
    return Math.max(0, 1 - head[own]! / head[plain]!);
  }

  /**
   * @param since ms since the record before
   * @param otherwise what would be expected with no rhythm
   * @param spread how far values are off at this time as a multiple of how far they are at all times
   */
  learn(time: number, value: number, since: number, otherwise: number, spread: number): void {
    const { bins, departure, first, head, level, means, outliers, weights } = this;
    const bin = this.binAt(time);
    const comesAgain = bin - first !== head[latest];
    head[latest] = bin - first;
    const filled = this.filled(bin);
    const part = Math.min(1, Math.max(leastPart, since / bins.width));
    if (filled === undefined) {
      means[bin] = value - level.value;
      weights[bin] = part;
      return;
    }
    if (filled !== bin) {
      means[bin] = means[filled]!;
      weights[bin] = Math.min(1, weights[filled]!);
    }
    const above = value - means[bin]!;
    const off = above - level.value;
    // A bin that has not come round once tells of its neighbours, not of the rhythm.
    if (weights[bin]! >= once && !this.isOut) this.judge(off, value - otherwise);
    const isNew = head[judged]! < enough;
    if (!isNew) {
      const moved = departure.take(time, above, level.value, spread * this.error, since);
      if (moved !== undefined) level.moveTo(moved);
      if (moved !== undefined || departure.isOut) {
        outliers[bin] = 0;
        return;
      }
    }
    const isWithin = isNew || Math.abs(off) <= outlying * this.error;
    if (isWithin) level.follow(above, since, this.rate);

    const side = isWithin ? 0 : Math.sign(off);
    if (isWithin) {
      weights[bin] = Math.min(memory, weights[bin]! + part);
      means[bin] = means[bin]! + (part / weights[bin]!) * off;
    } else if (outliers[bin] === side && comesAgain) {
      means[bin] = value - level.value;
      weights[bin] = 1;
    }
    outliers[bin] = side;
  }

  /** Whether the latest values were off for so long that they tell nothing of how far off values usually are. */
  get isOut(): boolean {
    return this.departure.lasts(mostJudged);
  }

  /** Goes on with bins of another width, of which there are as many. */
  moveTo(bins: Bins): void {
    this.bins = bins;
  }

  /** Forgets everything. */
  clear(): void {
    const { bins, first, head, means, outliers, weights } = this;
    head.fill(0);
    for (const each of [means, weights, outliers]) each.fill(0, first, first + bins.count);
  }

  private binAt(time: number): number {
    return this.first + this.bins.of(time);
  }

  /** The bin that tells of a bin: itself, or one like it. */
  private filled(bin: number): number | undefined {
    const { bins, first, weights } = this;
    if (weights[bin] !== 0) return bin;
    const other = bins.alike?.(bin - first);
    return other !== undefined && weights[first + other] !== 0 ? first + other : undefined;
  }

  /** How much an error counts. */
  private get rate(): number {
    return 1 / Math.min(errorMemory, this.head[judged]! + 1);
  }

  private judge(off: number, otherwise: number): void {
    const { head, rate } = this;
    // The same limit for both: one that is not fooled by an outlier is not better for it. What neither expected says little
    // about which of them is right.
    const usual = Math.max(head[own]!, head[plain]!);
    const surprise = Math.min(off * off, otherwise * otherwise) > outlying * outlying * usual;
    const most = surprise ? outlying : mostCounted;
    const limit = head[judged]! < enough || usual === 0 ? Infinity : most * most * usual;
    head[own] = head[own]! + rate * (Math.min(off * off, limit) - head[own]!);
    head[plain] = head[plain]! + rate * (Math.min(otherwise * otherwise, limit) - head[plain]!);
    head[judged]!++;
  }
}
