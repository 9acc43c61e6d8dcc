import type { Missing } from './DetectorOptions';
import { Fillings } from './Fillings';
import type { Judge } from './Judge';
import { LatestValues } from './LatestValues';
import type { Moment, Outlook } from './Outlook';

/** Values further from 0 are taken as that far, so that differences and sums stay finite. */
const largest = 1e300;

/** What completing a record asks of those who know the series. */
export interface Knowing {
  readonly outlook: Pick<Outlook, 'at' | 'expected' | 'learn'>;
  readonly judge: Pick<Judge, 'likely'>;
}

/** The latest record, completed with what stands in for missing values; see Missing. */
export class Completion {
  /** the record as it is judged: NaN of what is missing */
  readonly judged: Float64Array;
  /** with what stands in for that; NaN where nothing does */
  readonly whole: Float64Array;
  private readonly fillings: Fillings;
  private readonly latest: LatestValues;

  /**
   * @param dimensions values of a record
   * @param states what `states` gave
   * @param time of the latest values of a state that has no times, ms since the epoch
   */
  constructor(
    dimensions: number,
    missing: Missing | undefined,
    private readonly knowing: Knowing,
    [filling, latest]: readonly (readonly number[])[] = [],
    time?: number,
  ) {
    this.judged = new Float64Array(dimensions);
    this.whole = new Float64Array(dimensions);
    this.fillings = new Fillings(dimensions, missing, filling);
    this.latest = new LatestValues(dimensions, latest, time);
  }

  /** Everything it knows but the latest record, for the constructor. */
  states(): number[][] {
    return [this.fillings.state(), this.latest.state()];
  }

  get byteLength(): number {
    return this.fillings.byteLength + this.latest.byteLength;
  }

  /** Records learned so far. */
  get seen(): number {
    return this.latest.seen;
  }

  /** Whether none of the latest record came: what stands in is learned, and not judged. */
  get isMadeUp(): boolean {
    return this.judged.every(Number.isNaN);
  }

  /**
   * Takes a record in, with what stands for missing values.
   * @param values finite, or NaN of what is missing
   * @returns whether there is anything to judge or to learn
   */
  take(values: ArrayLike<number>, moment: Moment): boolean {
    const { fillings, judged, latest, whole } = this;
    const { judge, outlook } = this.knowing;
    let likely: Float64Array | undefined;
    for (let d = 0; d < judged.length; d++) {
      judged[d] = whole[d] = Math.min(largest, Math.max(-largest, values[d]!));
    }
    for (let d = 0; d < whole.length; d++) {
      if (!Number.isNaN(values[d])) continue;
      const previous = latest.of(d).value;
      whole[d] = fillings.standIn(d, moment.time, {
        previous,
        expected: () => (Number.isNaN(previous) ? NaN : outlook.expected(d, moment).value),
        likely: () => (likely ??= judge.likely(moment.day, judged))?.[d] ?? NaN,
      });
    }
    if (fillings.isJudged) judged.set(whole);
    return !whole.every(Number.isNaN);
  }

  /**
   * Teaches the outlook what was missing before the record, where that shows from both sides.
   * @param time ms since the epoch, of the record
   * @param isStrange whether the record is: then it says nothing of what came before it
   */
  fillBefore(time: number, isStrange: () => boolean): void {
    const { fillings, judged, latest } = this;
    const { outlook } = this.knowing;
    judged.forEach((value, d) => {
      if (Number.isNaN(value)) return;
      const line = fillings.lineTo(d, latest.of(d), { time, value });
      if (line.length === 0 || isStrange()) return;
      const alone = new Float64Array(judged.length).fill(NaN);
      for (const each of line) {
        alone[d] = each.value;
        outlook.learn(outlook.at(each.time), alone);
      }
    });
  }

  /** Takes what came in the record for the latest values. @param time ms since the epoch */
  learn(time: number): void {
    this.latest.learn(time, this.judged);
  }
}
