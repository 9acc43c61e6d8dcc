import type { WallClock } from '../calendar/LocalClock';
import { dayAt, dayLength } from '../calendar/days';
import { flatState } from '../flatState';
import { UsualGap } from '../gaps/UsualGap';
import { Cycle, dayBins, plainBins, weekBins, type Bins } from './bins';
import type { Known } from './Departure';
import { finderLength, PeriodFinder } from './PeriodFinder';
import { Profile, profileHead } from './Profile';
import { upgraded } from './upgraded';

/** What is usual at a time. */
export interface Usual {
  readonly value: number;
  /** how far values usually are from it: about one standard deviation, larger at the hours at which they vary more */
  readonly deviation: number;
  /** the part of the variance that the rhythm explains, 0 to 1; 0 is a series without a rhythm, or not known yet */
  readonly strength: number;
  /** departures from it that are known */
  readonly known: readonly Known[];
}

const hours = 24;
/** Records after which a gap between two counts 1/e of a new one. */
const gapMemory = 256;
/** A deviation of more than so many usual ones counts as that many. */
const mostErrors = 4;
/** Parts of a period that is neither a day nor a week. */
const cycleParts = 64;
/** A rhythm that explains less is none. */
const leastStrength = 0.1;
/** One rhythm takes over from another only when it explains so much more, or so much of what that leaves unexplained. */
const takeOver = { most: 0.05, ofRest: 0.2 };
/** How many records the deviation of all hours counts beside that of one hour. */
const overall = 10;
/** Records until a deviation counts 1/e of a new one. */
const memory = 300;
/** A gap of more records than it looks back on leaves the search for a period nothing to look at. */
const mostMissing = 192;
/** Keeps the squares of values within the range of 32 bits. */
const largest = 1e18;

/** Of the head: the first value, which the others are taken from; records; the rhythm in use; of the period that is neither days nor weeks how many parts it has, how long it is and when it began. */
const [origin, seen, chosen, cycleCount, cyclePeriod, cycleStart] = [0, 1, 2, 3, 4, 5];
const headLength = 6;
/** Where the bins of each of them begin: of no rhythm, days, weeks, and another period. */
const firstBins = [0, 1, 1 + 576, 1 + 576 + 168];
/** Numbers of a UsualGap. */
const gapLength = 5;

/**
 * The rhythm of one value: what is usual at a time of day, of working days and weekends apart, at an hour of the week, or
 * in whatever period the series repeats itself. It is told neither whether there is one nor which: three rhythms and the
 * plain level of the last hours bet against each other, each on records that it has not learned yet, and the one that has
 * been least off is believed as far as it has been right.
 *
 * Anomalies are cut off and so leave little; what becomes of values that stay off is told at Departure; a rhythm that changes
 * is learned anew within a week. A rhythm shows after two rounds. Memory: 9 kB.
 */
export class Rhythm {
  private readonly head: Float64Array;
  private readonly heads: Float64Array;
  private readonly means: Float32Array;
  private readonly weights: Float32Array;
  private readonly outliers: Int8Array;
  /** of each hour of the day: the mean square of the distance from what was expected, and how many records it rests on */
  private readonly errors: Float32Array;
  private readonly gap: UsualGap;
  private readonly finder: PeriodFinder;
  /** no rhythm, days, weeks, and another period */
  private readonly profiles: [Profile, Profile, Profile, Profile];

  /**
   * @param clock of the zone whose days and weeks people keep
   * @param state what `state` gave
   * @throws RangeError when it is no such state
   */
  constructor(
    private readonly clock: WallClock,
    state?: readonly number[],
  ) {
    const fixed = fixedBins(clock);
    const bins = fixed.reduce((sum, { count }) => sum + count, cycleParts);
    const profiles = fixed.length + 1;
    const lengths = [
      headLength,
      profiles * profileHead,
      bins,
      bins,
      bins,
      2 * hours,
      gapLength,
      finderLength,
    ];
    const parts = split(state, lengths);
    const [head, heads, means, weights, outliers, errors, gap, finder] = parts;
    // One piece of memory for all of them: of very many series, the pieces would be much to collect garbage among.
    const [doubles, floats] = [headLength + profiles * profileHead, 2 * bins + 2 * hours];
    const memory = new ArrayBuffer(8 * doubles + 4 * floats + bins);
    this.head = new Float64Array(memory, 0, headLength);
    this.heads = new Float64Array(memory, 8 * headLength, profiles * profileHead);
    this.means = new Float32Array(memory, 8 * doubles, bins);
    this.weights = new Float32Array(memory, 8 * doubles + 4 * bins, bins);
    this.errors = new Float32Array(memory, 8 * doubles + 8 * bins, 2 * hours);
    this.outliers = new Int8Array(memory, 8 * doubles + 4 * floats);
    this.head.set(head!);
    this.heads.set(heads!);
    this.means.set(means!);
    this.weights.set(weights!);
    this.errors.set(errors!);
    this.outliers.set(outliers!);
    this.gap = new UsualGap(gapMemory, state && [...gap!]);
    this.finder = new PeriodFinder(state && [...finder!]);
    this.profiles = [
      this.profile(0, fixed[0]),
      this.profile(1, fixed[1]),
      this.profile(2, fixed[2]),
      this.profile(3, this.cycle),
    ];
  }

  /** Memory of its numbers. */
  get byteLength(): number {
    const { head, heads, means, weights, outliers, errors, finder } = this;
    const arrays = [head, heads, means, weights, outliers, errors];
    return arrays.reduce((sum, each) => sum + each.byteLength, finder.byteLength + 8 * gapLength);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    const { head, heads, means, weights, outliers, errors, gap, finder } = this;
    const numbers: number[] = [];
    for (const each of [head, heads, means, weights, outliers, errors, gap.state(), finder.state()]) {
      // Spreading them takes several times as long.
      for (let i = 0; i < each.length; i++) numbers.push(each[i]!);
    }
    return numbers;
  }

  /** What is usual at a time, ms since the epoch; undefined before the first record. */
  usual(time: number): Usual | undefined {
    const { head } = this;
    if (head[seen] === 0) return undefined;
    const { value, deviation, strength } = this.expected(time);
    const first = head[origin]!;
    const known = this.profiles[head[chosen]!]!.known(time, first);
    return { value: first + value, deviation, strength, known };
  }

  /** @param value NaN when it is missing, which teaches nothing */
  learn(time: number, value: number): void {
    if (Number.isNaN(value)) return;
    const { head, gap, profiles } = this;
    if (head[seen] === 0) head[origin] = value;
    const x = Math.min(largest, Math.max(-largest, value - head[origin]!));
    const since = gap.since(time) ?? 0;
    if (head[seen] !== 0) {
      const expected = this.expected(time);
      this.learnDeviation(time, Math.abs(x - expected.value), expected.deviation);
    }
    const plain = head[seen] === 0 ? x : profiles[0].expected(time);
    const error = profiles[head[chosen]!]!.error;
    const spread = error > 0 ? this.deviation(time, error) / error : 1;
    for (const profile of profiles) profile.learn(time, x, since, plain, spread);
    this.learnPeriod(time, x, since);
    gap.learn(time);
    head[seen]!++;
    this.choose();
  }

  /** Remembers that people were told of what goes on. */
  noteTold(): void {
    for (const profile of this.profiles) profile.noteTold();
  }

  /** As `usual`, but from the first value. */
  private expected(time: number): Omit<Usual, 'known'> {
    const [plain] = this.profiles;
    const rhythm = this.profiles[this.head[chosen]!]!;
    const value = rhythm.expected(time);
    const known = Number.isNaN(value) ? plain : rhythm;
    return {
      value: known === rhythm ? value : plain.expected(time),
      deviation: this.deviation(time, known.error),
      strength: known === plain ? 0 : known.strength,
    };
  }

  /** The hour's own deviation, as far as it is known, and else that of all hours. */
  private deviation(time: number, error: number): number {
    const { errors } = this;
    const hour = this.hourOf(time);
    const weight = errors[2 * hour + 1]!;
    return Math.sqrt((overall * error * error + weight * errors[2 * hour]!) / (overall + weight));
  }

  private learnDeviation(time: number, off: number, usual: number): void {
    const { errors, head, profiles } = this;
    if (profiles[head[chosen]!]!.isOut) return;
    const at = 2 * this.hourOf(time);
    const weight = Math.min(memory, errors[at + 1]! + 1);
    const counted = weight > overall ? Math.min(off, mostErrors * usual) : off;
    errors[at] = errors[at]! + (counted * counted - errors[at]!) / weight;
    errors[at + 1] = weight;
  }

  private hourOf(time: number): number {
    const wall = this.clock.wallAt(time);
    return Math.floor((wall - dayLength * dayAt(wall)) / (dayLength / hours));
  }

  private learnPeriod(time: number, x: number, since: number): void {
    const { finder, gap, head, profiles } = this;
    const { usual } = gap;
    if (usual === undefined || since === 0) return;
    const missing = Math.min(mostMissing, Math.round(since / usual) - 1);
    for (let i = 0; i < missing; i++) finder.learn(NaN);
    finder.learn(x);
    if (finder.period === undefined) return;
    const period = finder.period * usual;
    const isAnother = Math.abs(period - head[cyclePeriod]!) > usual / 2;
    head[cycleStart] = isAnother ? time : this.cycle.startFor(period, time);
    head[cyclePeriod] = period;
    if (isAnother) {
      head[cycleCount] = Math.min(cycleParts, Math.round(finder.period));
      profiles[3].clear();
      profiles[3] = this.profile(3, this.cycle);
    } else profiles[3].moveTo(this.cycle);
  }

  private get cycle(): Cycle {
    const { head } = this;
    return new Cycle(head[cycleCount] || cycleParts, head[cyclePeriod] || dayLength, head[cycleStart]!);
  }

  private choose(): void {
    const { head, profiles } = this;
    const strengths = profiles.map(({ strength }) => strength);
    const best = strengths.indexOf(Math.max(...strengths));
    const now = head[chosen]!;
    const needed = Math.min(takeOver.most, takeOver.ofRest * (1 - strengths[now]!));
    const next = strengths[best]! > strengths[now]! + needed ? best : now;
    head[chosen] = strengths[next]! < leastStrength ? 0 : next;
    if (head[chosen] !== now) this.errors.fill(0);
  }

  private profile(index: number, bins: Bins): Profile {
    return new Profile(
      bins,
      this.heads.subarray(index * profileHead, (index + 1) * profileHead),
      firstBins[index]!,
      this.means,
      this.weights,
      this.outliers,
    );
  }
}

/** Those of all series of a clock. */
const known = new WeakMap<WallClock, readonly [Bins, Bins, Bins]>();

/** Of no rhythm, days and weeks. */
function fixedBins(clock: WallClock): readonly [Bins, Bins, Bins] {
  let bins = known.get(clock);
  if (!bins) {
    bins = [plainBins, dayBins(clock), weekBins(clock)];
    known.set(clock, bins);
  }
  return bins;
}

/** Parts of the given lengths, of zeros without a state. */
function split(state: readonly number[] | undefined, lengths: readonly number[]): Float64Array[] {
  const length = lengths.reduce((sum, each) => sum + each, 0);
  const all = flatState('a rhythm', length, state && upgraded(state, headLength, length));
  let at = 0;
  return lengths.map((length) => all.subarray(at, (at += length)));
}
