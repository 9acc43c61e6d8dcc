import { explain, mainDirection } from '../explanation';
import { MinimumChange } from '../MinimumChange';
import { anomalySeverity } from '../Severity';
import { UsualGap } from '../gaps/UsualGap';
import type { DetectorOptions } from './DetectorOptions';
import { Hold } from './Hold';
import { Fillings } from './Fillings';
import type { Judge, JudgeState } from './Judge';
import { JudgeOfOne } from './JudgeOfOne';
import { JudgeOfSeveral } from './JudgeOfSeveral';
import { knownAfter } from './knownAfter';
import { LatestValues } from './LatestValues';
import { Outlook, type Moment } from './Outlook';
import { numbersOf, pack, packNumbers, unpack } from './packing';
import { refuseRecord } from './refuseRecord';
import type { Shape } from './Shape';
import { sided } from './sided';
import { SteadySeverity } from './SteadySeverity';
import { sureAfter } from './sureAfter';
import type { Suppressed, Verdict } from './Verdict';

export type { DetectorOptions } from './DetectorOptions';
export type { ExpectedValue, Verdict } from './Verdict';

const version = 3;
/** Records until verdicts mean something. */
const leastLearned = 100;
/** After a longer time, in usual intervals, a change since the record before says nothing. */
const longestStep = 1.5;
/** Records after which an interval between records counts 1/e of a new one. */
const gapMemory = 256;
/** Values further from 0 are taken as that far, so that differences and sums stay finite. */
const largest = 1e300;

/**
 * Finds what is strange in one series, of one value a record or of several, with one configuration for all data: it is
 * told neither range nor period nor length. A verdict depends on the options and the records so far alone.
 *
 *     const detector = new SeriesDetector({ names: ['latency'] });
 *     for (const { time, latency } of stream) {
 *       const { isAnomaly, severity, expected } = detector.process(time, [latency]);
 *     }
 */
export class SeriesDetector {
  private readonly judge: Judge;
  private readonly severity: SteadySeverity;
  private readonly hold: Hold;
  private readonly least: MinimumChange;
  private readonly gap: UsualGap;
  private readonly fillings: Fillings;
  private readonly outlook: Outlook;
  private readonly latest: LatestValues;
  /** the record as it is judged: NaN of what is missing; and with what stands in for that */
  private readonly judged: Float64Array;
  private readonly record: Float64Array;

  /**
   * @param state what `state` gave, to go on bit by bit from there
   * @throws RangeError naming the option that is wrong, Error when the state is damaged or of another detector
   */
  constructor(
    private readonly options: DetectorOptions,
    state?: Uint8Array,
  ) {
    const { names, seed = 42, size = 'full', timeZone = 'UTC' } = options;
    const { length: dimensions } = names;
    if (dimensions === 0) throw new RangeError('names must be at least one name, got none');
    const saved = state && read(state, kindOf(options));
    const numbers = saved?.numbers ?? [];
    const [severity, hold, least, gap, filling, latest] = numbers;
    // The score of several values wavers slowly: it has runs, but no bursts.
    this.severity = new SteadySeverity(severity, dimensions === 1 ? 'bursts' : 'events');
    this.hold = new Hold(hold);
    this.least = new MinimumChange({ dimensions }, least);
    this.gap = new UsualGap(gapMemory, gap);
    this.fillings = new Fillings(dimensions, options.missing, filling);
    this.latest = new LatestValues(dimensions, latest, gap?.[1]);
    const rhythms = dimensions === 1 ? 1 : 0;
    const judgeAt = 6 + dimensions + rhythms;
    this.outlook = new Outlook(names, timeZone, numbers.slice(6, judgeAt));
    const judged = saved && { forest: saved.forest, numbers: numbers.slice(judgeAt) };
    this.judge =
      dimensions === 1
        ? new JudgeOfOne(size, seed, judged)
        : new JudgeOfSeveral(dimensions, size, seed, judged);
    this.judged = new Float64Array(dimensions);
    this.record = new Float64Array(dimensions);
  }

  /**
   * Judges a record by those before it, and then learns it.
   * @param time ms since the epoch; may repeat or step back
   * @param values one for each name; NaN is missing
   * @throws RangeError naming the value that is infinite, or the time; nothing was learned then
   */
  process(time: number, values: ArrayLike<number>): Verdict {
    const moment = this.momentOf(time, values);
    const expected = this.isLearning ? undefined : this.outlook.all(moment, values);
    const outcome = this.accept(values, moment);
    if (expected === undefined || outcome === undefined) return { ...nothing, warmup: this.warmup };
    const { unwanted, ...told } = outcome;
    const { parts, strangest } = this.judge;
    const known = knownAfter(this.latest.seen);
    const counted = (all: Float64Array) =>
      this.explained(
        all.map((part) => known * part),
        expected,
      );
    const attribution = counted(parts);
    const lag = strangest?.lag ?? 0;
    const isRare = told.severity >= anomalySeverity;
    const { warmup } = this;
    const untold = warmup ? 'learning' : told.isNews ? undefined : 'same-run';
    const suppressed = isRare ? (unwanted ?? untold) : undefined;
    return {
      ...told,
      score: known * told.score,
      isAnomaly: isRare && suppressed === undefined,
      direction: mainDirection(attribution),
      lag,
      expected,
      attribution,
      ...(strangest && lag > 0 ? { attributionAtLag: counted(strangest.parts) } : {}),
      ...(suppressed ? { suppressed } : {}),
      ...(warmup ? { warmup } : {}),
    };
  }

  /** Learns a record of the past: the same afterwards as with `process`, and the same errors, but in less time. */
  learn(time: number, values: ArrayLike<number>): void {
    this.accept(values, this.momentOf(time, values));
  }

  /** How the values lie, one shape for each name; of several values all are judged as plain. */
  get shapes(): readonly Shape[] {
    return this.options.names.map(() => this.judge.shape ?? 'plain');
  }

  /** Memory of all it knows, in bytes. */
  get byteLength(): number {
    const { fillings, judge, latest, outlook } = this;
    const kept = [fillings, judge, latest, outlook];
    return kept.reduce((sum, { byteLength }) => sum + byteLength, fixedBytes);
  }

  /** Everything it knows, for the constructor. */
  state(): Uint8Array {
    const { fillings, gap, hold, judge, latest, least, outlook, severity } = this;
    const { forest, numbers } = judge.state();
    return pack(version, [
      Buffer.from(kindOf(this.options)),
      new Uint8Array(forest),
      ...[severity, hold, least, gap, fillings].map((each) => packNumbers(each.state())),
      packNumbers(latest.state()),
      ...outlook.states().map(packNumbers),
      ...numbers.map(packNumbers),
    ]);
  }

  /** Gives the forest's memory back at once. The detector is of no use afterwards. */
  free(): void {
    this.judge.free();
  }

  private get isLearning(): boolean {
    return this.latest.seen < leastLearned;
  }

  private get needed(): number {
    const { learnFor = leastLearned } = this.options;
    return Math.max(leastLearned, learnFor);
  }

  /** How far it is, as long as nothing is told. */
  private get warmup(): Verdict['warmup'] {
    const { seen } = this.latest;
    return seen > this.needed ? undefined : { seen, needed: this.needed };
  }

  /** @returns what there is to say of a record; undefined of one that did not come */
  private accept(values: ArrayLike<number>, moment: Moment): Outcome | undefined {
    if (!this.complete(values, moment)) return undefined;
    if (!this.judged.every(Number.isNaN)) return this.take(moment);
    this.outlook.learn(moment, this.record);
    return undefined;
  }

  /** What was missing before this record, if it is to be known from both sides and this side is nothing strange. */
  private fillBefore(time: number, score: number): void {
    const { fillings, judged, latest, outlook, severity } = this;
    judged.forEach((value, d) => {
      if (Number.isNaN(value)) return;
      const line = fillings.lineTo(d, latest.of(d), { time, value });
      if (line.length === 0 || severity.of(score) >= anomalySeverity) return;
      const alone = new Float64Array(judged.length).fill(NaN);
      for (const each of line) {
        alone[d] = each.value;
        outlook.learn(outlook.at(each.time), alone);
      }
    });
  }

  /** Judges and learns the record as it was completed. */
  private take(moment: Moment): Outcome {
    const { time, day, hour } = moment;
    const { gap, isLearning, judge, judged, latest, least, outlook, record } = this;
    const { direction = 'both' } = this.options;
    const expected = direction === 'both' ? undefined : outlook.all(moment, record);
    const usual = this.options.interval ?? gap.usual;
    const isNext = usual === undefined || (gap.since(time) ?? 0) <= longestStep * usual;
    const isSmall = judged.every(
      (value, d) => !(Math.abs(value - outlook.expected(d, moment).value) > least.of(d)),
    );
    const viewed = judge.take({ values: judged, day, hour, isNext });
    this.fillBefore(time, viewed);
    const score = viewed + outlook.learn(moment, record, judge.parts);
    least.learn(judged);
    gap.learn(time);
    latest.learn(time, judged);
    if (isLearning) return { score: 0, severity: 0, isNews: false };
    const severity = this.severity.of(score, sureAfter(latest.seen - leastLearned - 1, judged.length));
    const unwanted = this.objectionTo(moment, isSmall, expected);
    const place = outlook.placeOf(0, moment, record[0]!)?.is;
    // What nobody is told of must not keep the next thing from being told.
    const isNews = this.hold.take(unwanted ? 0 : score);
    this.severity.learn(score, !isNews && unwanted === undefined);
    if (isNews && severity >= anomalySeverity) outlook.noteTold();
    return { score, severity, isNews, unwanted: unwanted ?? place };
  }

  /** Why nobody is to be told of the record, were it ever so rare. */
  private objectionTo(
    moment: Moment,
    isSmall: boolean,
    expected: Verdict['expected'],
  ): Suppressed | undefined {
    const { judge, outlook, record } = this;
    // That something has not come is told at a value that is usual.
    if (!judge.isOverdue) {
      if (isSmall) return 'minimum-change';
      if (outlook.isInRhythm(0, moment, record[0]!)) return 'in-rhythm';
    }
    return this.isOnWantedSide(expected) ? undefined : 'direction';
  }

  /** @param expected undefined where both sides are wanted */
  private isOnWantedSide(expected: Verdict['expected']): boolean {
    if (!expected) return true;
    const wanted = this.options.direction === 'high' ? 'HIGH' : 'LOW';
    return mainDirection(this.explained(this.judge.parts, expected)) === wanted;
  }

  /** What the values of the record add to its score, by name. */
  private explained(
    parts: Float64Array,
    expected: NonNullable<Verdict['expected']>,
  ): NonNullable<Verdict['attribution']> {
    const { names } = this.options;
    const attribution = explain(parts, names);
    // Of several, the score is about the records of late, and what was expected about this one.
    return names.length === 1 ? sided(attribution, this.record[0]!, expected) : attribution;
  }

  /** @throws RangeError as `process` does */
  private momentOf(time: number, values: ArrayLike<number>): Moment {
    refuseRecord(this.options.names, time, values);
    return this.outlook.at(time);
  }

  /** Takes a record in, with what stands for missing values. @returns whether there is anything to judge or to learn */
  private complete(values: ArrayLike<number>, moment: Moment): boolean {
    const { fillings, judge, judged, latest, outlook, record } = this;
    let likely: Float64Array | undefined;
    for (let d = 0; d < judged.length; d++) {
      judged[d] = record[d] = Math.min(largest, Math.max(-largest, values[d]!));
    }
    for (let d = 0; d < record.length; d++) {
      if (!Number.isNaN(values[d])) continue;
      const previous = latest.of(d).value;
      record[d] = fillings.standIn(d, moment.time, {
        previous,
        expected: () => (Number.isNaN(previous) ? NaN : outlook.expected(d, moment).value),
        likely: () => (likely ??= judge.likely(moment.day, judged))?.[d] ?? NaN,
      });
    }
    if (fillings.isJudged) judged.set(record);
    return !record.every(Number.isNaN);
  }
}

/** What `process` and `learn` find out alike. */
interface Outcome {
  readonly score: number;
  readonly severity: number;
  readonly isNews: boolean;
  /** why it would not be told of, were it ever so rare */
  readonly unwanted?: Suppressed;
}

const nothing = { score: 0, severity: 0, isNews: false, isAnomaly: false, lag: 0 } as const;
/** Of the severity, the hold, the usual gap, the times of a gap and the like. */
const fixedBytes = 2000;

/** What a state is of: with other names or another size it is none of this detector. */
function kindOf({ names, size = 'full' }: DetectorOptions): string {
  return JSON.stringify({ names, size });
}

function read(state: Uint8Array, kind: string): JudgeState {
  const [saved, forest, ...numbers] = unpack(version, state);
  const its = Buffer.from(saved!).toString('utf8');
  if (its !== kind) throw new Error(`the state must be of a detector of ${kind}, got one of ${its}`);
  return { forest: forest!.buffer as ArrayBuffer, numbers: numbers.map(numbersOf) };
}
