import { anomalySeverity } from '../Severity';
import { UsualGap } from '../gaps/UsualGap';
import { Completion } from './Completion';
import type { DetectorOptions } from './DetectorOptions';
import { Hold } from './Hold';
import type { Judge, JudgeState } from './Judge';
import { JudgeOfOne } from './JudgeOfOne';
import { JudgeOfSeveral } from './JudgeOfSeveral';
import { knownAfter } from './knownAfter';
import { Objections } from './Objections';
import { Outlook, type Moment } from './Outlook';
import { numbersOf, pack, packNumbers, unpack } from './packing';
import { refuseRecord } from './refuseRecord';
import type { Shape } from './Shape';
import { SteadySeverity } from './SteadySeverity';
import { sureAfter } from './sureAfter';
import type { Verdict } from './Verdict';
import { verdictOf, type Outcome } from './verdictOf';

export type { DetectorOptions } from './DetectorOptions';
export type { ExpectedValue, Verdict } from './Verdict';

const version = 3;
/** Records until verdicts mean something. */
const leastLearned = 100;
/** After a longer time, in usual intervals, a change since the record before says nothing. */
const longestStep = 1.5;
/** Records after which an interval between records counts 1/e of a new one. */
const gapMemory = 256;
/** What there is to say of a record that is not judged. */
const nothing = { score: 0, severity: 0, isNews: false, isAnomaly: false, lag: 0 } as const;

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
  private readonly objections: Objections;
  private readonly gap: UsualGap;
  private readonly outlook: Outlook;
  private readonly completion: Completion;

  /**
   * @param state what `state` gave, to go on bit by bit from there
   * @throws RangeError naming the option that is wrong, Error when the state is damaged or of another detector
   */
  constructor(
    private readonly options: DetectorOptions,
    state?: Uint8Array,
  ) {
    const { direction, missing, names, seed = 42, size = 'full', timeZone = 'UTC' } = options;
    const { length: dimensions } = names;
    if (dimensions === 0) throw new RangeError('names must be at least one name, got none');
    const saved = state && read(state, kindOf(options));
    const numbers = saved?.numbers ?? [];
    const [severity, hold, least, gap] = numbers;
    // The score of several values wavers slowly: it has runs, but no bursts.
    this.severity = new SteadySeverity(severity, dimensions === 1 ? 'bursts' : 'events');
    this.hold = new Hold(hold);
    this.gap = new UsualGap(gapMemory, gap);
    const rhythms = dimensions === 1 ? 1 : 0;
    const judgeAt = 6 + dimensions + rhythms;
    this.outlook = new Outlook(names, timeZone, numbers.slice(6, judgeAt));
    this.objections = new Objections(names, direction, this.outlook, least);
    const judged = saved && { forest: saved.forest, numbers: numbers.slice(judgeAt) };
    this.judge =
      dimensions === 1
        ? new JudgeOfOne(size, seed, judged)
        : new JudgeOfSeveral(dimensions, size, seed, judged);
    const { judge, outlook } = this;
    // The time of the latest record stands for those of its values, which were not kept once.
    this.completion = new Completion(dimensions, missing, { judge, outlook }, numbers.slice(4, 6), gap?.[1]);
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
    const { completion, judge, warmup } = this;
    if (expected === undefined || outcome === undefined) return { ...nothing, warmup };
    const { names } = this.options;
    const known = knownAfter(completion.seen);
    return verdictOf(outcome, { names, values: completion.whole, judge, expected, known, warmup });
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
    const { completion, judge, outlook } = this;
    const kept = [completion, judge, outlook];
    return kept.reduce((sum, { byteLength }) => sum + byteLength, fixedBytes);
  }

  /** Everything it knows, for the constructor. */
  state(): Uint8Array {
    const { completion, gap, hold, judge, objections, outlook, severity } = this;
    const { forest, numbers } = judge.state();
    return pack(version, [
      Buffer.from(kindOf(this.options)),
      new Uint8Array(forest),
      ...[severity, hold, objections, gap].map((each) => packNumbers(each.state())),
      ...completion.states().map(packNumbers),
      ...outlook.states().map(packNumbers),
      ...numbers.map(packNumbers),
    ]);
  }

  /** Gives the forest's memory back at once. The detector is of no use afterwards. */
  free(): void {
    this.judge.free();
  }

  private get isLearning(): boolean {
    return this.completion.seen < leastLearned;
  }

  private get needed(): number {
    const { learnFor = leastLearned } = this.options;
    return Math.max(leastLearned, learnFor);
  }

  /** How far it is, as long as nothing is told. */
  private get warmup(): Verdict['warmup'] {
    const { seen } = this.completion;
    return seen > this.needed ? undefined : { seen, needed: this.needed };
  }

  /** @returns what there is to say of a record; undefined of one that did not come */
  private accept(values: ArrayLike<number>, moment: Moment): Outcome | undefined {
    const { completion } = this;
    if (!completion.take(values, moment)) return undefined;
    if (!completion.isMadeUp) return this.take(moment);
    this.outlook.learn(moment, completion.whole);
    return undefined;
  }

  /** Judges and learns the record as it was completed. */
  private take(moment: Moment): Outcome {
    const { time, day, hour } = moment;
    const { completion, gap, isLearning, judge, objections, outlook } = this;
    const { judged, whole } = completion;
    const beforehand = objections.beforehand(moment, completion);
    const usual = this.options.interval ?? gap.usual;
    const isNext = usual === undefined || (gap.since(time) ?? 0) <= longestStep * usual;
    const viewed = judge.take({ values: judged, day, hour, isNext });
    completion.fillBefore(time, () => this.severity.of(viewed) >= anomalySeverity);
    const score = viewed + outlook.learn(moment, whole, judge.parts);
    objections.learn(judged);
    gap.learn(time);
    completion.learn(time);
    if (isLearning) return { score: 0, severity: 0, isNews: false };
    const sure = sureAfter(completion.seen - leastLearned - 1, judged.length);
    const severity = this.severity.of(score, sure);
    const unwanted = objections.to(moment, whole, judge, beforehand);
    const place = outlook.placeOf(0, moment, whole[0]!)?.is;
    // What nobody is told of must not keep the next thing from being told.
    const isNews = this.hold.take(unwanted ? 0 : score);
    this.severity.learn(score, !isNews && unwanted === undefined);
    if (isNews && severity >= anomalySeverity) outlook.noteTold();
    return { score, severity, isNews, unwanted: unwanted ?? place };
  }

  /** @throws RangeError as `process` does */
  private momentOf(time: number, values: ArrayLike<number>): Moment {
    refuseRecord(this.options.names, time, values);
    return this.outlook.at(time);
  }
}

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
