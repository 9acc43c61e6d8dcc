import type { Bins } from './bins';

/** Numbers of `head`: see below. */
export const profileHead = 11;
/** The level, the mean square of its own errors and of those of no rhythm, records judged, the run, its sum, the latest bin, */
const [level, own, plain, judged, run, runSum, latest] = [0, 1, 2, 3, 4, 5, 6];
/** how long the run has lasted in ms, whether there was another level before, which, and how many records it would fit. */
const [runTime, hasFormer, former, fitting] = [7, 8, 9, 10];

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
/** So many outliers in a row, all to one side, are an outage; if they last for so long (ms), they are a new level. */
const longestRun = 12;
const longestOutage = 12 * 3_600_000;
/** So many records in a row that fit the level before an outage, and not the one since, end it. */
const enoughBack = 3;
/** What stays higher or lower within the usual becomes the level within this time, ms. */
const settling = 6 * 3_600_000;

/**
 * What is usual at each place of a rhythm: a mean for every bin, and a level above them that all share, so that a change of
 * level needs not be learned in each bin by itself. It knows how far off it is, and how far off one would be without it.
 *
 * During an outage it stays as it is, for half a day; then the level is taken over, and the former one is kept in mind, so
 * that the end of a longer outage is no change that must be learned again.
 *
 * An outlier leaves the bin as it is; when it is off to the same side the next time round, that was none, and the bin begins anew.
 */
export class Profile {
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
  ) {}

  /** NaN while nothing is known of that time. */
  expected(time: number): number {
    const bin = this.known(this.binAt(time));
    return bin === undefined ? NaN : this.means[bin]! + this.head[level]!;
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
   */
  learn(time: number, value: number, since: number, otherwise: number): void {
    const { bins, first, head, means, outliers, weights } = this;
    const bin = this.binAt(time);
    const comesAgain = bin - first !== head[latest];
    head[latest] = bin - first;
    const known = this.known(bin);
    const part = Math.min(1, Math.max(leastPart, since / bins.width));
    if (known === undefined) {
      means[bin] = value - head[level]!;
      weights[bin] = part;
      return;
    }
    if (known !== bin) {
      means[bin] = means[known]!;
      weights[bin] = Math.min(1, weights[known]!);
    }
    const expected = means[bin]! + head[level]!;
    const off = value - expected;
    // A bin that has not come round once tells of its neighbours, not of the rhythm.
    if (weights[bin]! >= once && !this.isOut) this.judge(off, value - otherwise);
    const isWithin = head[judged]! < enough || Math.abs(off) <= outlying * this.error;
    if (isWithin) {
      head[level] = head[level]! + (since / (settling + since)) * off;
      this.endRun();
    } else if (!this.isBack(value - means[bin]!)) this.countRun(off, since);

    const side = isWithin ? 0 : Math.sign(off);
    if (isWithin) {
      weights[bin] = Math.min(memory, weights[bin]! + part);
      means[bin] = means[bin]! + (part / weights[bin]!) * off;
    } else if (outliers[bin] === side && comesAgain && !this.isOut) {
      means[bin] = value - head[level]!;
      weights[bin] = 1;
    }
    outliers[bin] = side;
  }

  /** Whether the latest values were all off, to one side, and for so long that they tell nothing of what is usual. */
  get isOut(): boolean {
    return this.head[run]! >= longestRun;
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

  private known(bin: number): number | undefined {
    const { bins, first, weights } = this;
    if (weights[bin] !== 0) return bin;
    const other = bins.alike?.(bin - first);
    return other !== undefined && weights[first + other] !== 0 ? first + other : undefined;
  }

  private judge(off: number, otherwise: number): void {
    const { head } = this;
    const rate = 1 / Math.min(errorMemory, head[judged]! + 1);
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

  private countRun(off: number, since: number): void {
    const { head } = this;
    const isSameSide = Math.sign(off) === Math.sign(head[runSum]!);
    if (!isSameSide) this.endRun();
    head[run]!++;
    head[runSum] = head[runSum]! + off;
    head[runTime] = head[runTime]! + (isSameSide ? since : 0);
    if (!this.isOut || head[runTime]! < longestOutage) return;
    head[hasFormer] = 1;
    head[former] = head[level]!;
    head[level] = head[level]! + head[runSum]! / head[run]!;
    this.endRun();
  }

  /** Goes back to the former level once several values fit it. */
  private isBack(above: number): boolean {
    const { head } = this;
    const fits = head[hasFormer] === 1 && Math.abs(above - head[former]!) <= outlying * this.error;
    head[fitting] = fits ? head[fitting]! + 1 : 0;
    if (head[fitting]! < enoughBack) return false;
    head[level] = head[former]!;
    head[hasFormer] = 0;
    this.endRun();
    return true;
  }

  private endRun(): void {
    const { head } = this;
    head[run] = head[runSum] = head[runTime] = head[fitting] = 0;
  }
}
