import { DecayedMoments } from './DecayedMoments';
import { flatState } from './flatState';

export interface ThresholderOptions {
  /** records after which a score counts 1/e of a new one: the forest's timeDecay */
  readonly memory: number;
  /** whether the forest's points are shingles; then scores hang together, and their steps say more than their spread */
  readonly shingled: boolean;
  /** whether records are transformed before; then scores lie lower, and the threshold with them. false */
  readonly transformed?: boolean;
  /** how many usual deviations above the mean score the threshold lies. 3 */
  readonly zFactor?: number;
  /** no score below this is strange. 0.8 */
  readonly lowerThreshold?: number;
}

/** What a Thresholder knows. */
export interface ThresholderState {
  readonly scores: readonly number[];
  readonly dips: readonly number[];
  readonly steps: readonly number[];
  readonly counters: readonly number[];
}

/** Scores above this are not needed to know what is usual. */
const high = 2;
/** Where the threshold stands before there are enough scores to know. */
const initialThreshold = 1.5;
/** Below `few` scores there is no telling, from `enough` on there is; in between the threshold moves over. */
const few = 10;
const enough = 20;
/** Scores of normal points on untransformed data lie around this. */
const usualScore = 0.9;
/** The part of the records whose steps in score make up the short-term deviation. */
const stepDecay = 0.01;
/** How much the short-term deviation counts in a shingled forest. */
const shortTerm = 0.5;

/**
 * From which score on a record is strange, and how strange it is. The threshold lies some deviations above the mean
 * score, but a mean and deviation of what: of scores cut off at 2, so that anomalies do not raise it; of how far scores
 * dip below the mean, which anomalies do not touch; and of the steps from score to score. After the thresholder of the
 * published random cut forest library, whose figures it gives.
 */
export class Thresholder {
  /** scores up to 2; their distance below the mean; their steps */
  private readonly scores: DecayedMoments;
  private readonly dips: DecayedMoments;
  private readonly steps: DecayedMoments;
  /** scores so far, the last score as corrected */
  private readonly counters: Float64Array;

  constructor(
    private readonly options: ThresholderOptions,
    state?: ThresholderState,
  ) {
    const { memory } = options;
    this.scores = new DecayedMoments(1, 1 / memory, state?.scores);
    this.dips = new DecayedMoments(1, 1 / (2 * memory), state?.dips);
    this.steps = new DecayedMoments(1, stepDecay, state?.steps);
    this.counters = flatState('a thresholder', 2, state?.counters);
  }

  /** Everything it knows, for the constructor. */
  state(): ThresholderState {
    return {
      scores: this.scores.state(),
      dips: this.dips.state(),
      steps: this.steps.state(),
      counters: [...this.counters],
    };
  }

  /** Scores from this on are strange. */
  get threshold(): number {
    const { lowerThreshold = 0.8 } = this.options;
    const sure = this.sureness;
    if (sure === 0) return Math.max(initialThreshold, lowerThreshold);
    const known = this.scores.mean(0) + this.deviation;
    return Math.max(lowerThreshold, sure * known + (1 - sure) * initialThreshold);
  }

  /** How strange a score is, 0 for one below the threshold, to 1, in steps of 1/16. */
  grade(score: number): number {
    const { lowerThreshold = 0.8 } = this.options;
    const { threshold, deviation } = this;
    if (score < threshold) return 0;
    const over =
      this.counters[0]! < few ? (score - lowerThreshold) / lowerThreshold : (score - threshold) / deviation;
    // No deviation at all: everything above is as strange as can be.
    return Number.isNaN(over) ? 1 : Math.min(1, Math.floor(20 * Math.min(1, Math.max(0, over))) / 16);
  }

  /**
   * Takes in a score.
   * @param corrected the score less what an anomaly before contributed to it, if that is known
   */
  learn(score: number, corrected = score): void {
    const { scores, dips, steps, counters } = this;
    const usual = Math.min(score, high);
    if (counters[0]! > 0 && usual < scores.mean(0)) dips.learnOne(0, scores.mean(0) - usual);
    scores.learnOne(0, usual);
    steps.learnOne(0, corrected - (this.options.shingled ? counters[1]! : 0));
    counters[0]!++;
    counters[1] = corrected;
  }

  /** The height of the threshold above the mean score, and the unit of the grade. */
  private get deviation(): number {
    const { zFactor = 3, shingled, transformed = false } = this.options;
    const mean = this.scores.mean(0);
    const spread = this.scores.deviation(0);
    const below = Math.SQRT2 * this.dips.deviation(0);
    const step = this.steps.deviation(0);
    const z = transformed && mean < usualScore ? Math.max(2, (zFactor * mean) / usualScore) : zFactor;
    const longTerm = shingled
      ? shortTerm * Math.min(spread, Math.max(step, below)) + (1 - shortTerm) * step
      : Math.min(below, spread);
    return (z - 1) * longTerm + spread;
  }

  /** 0 with few scores, 1 with enough. */
  private get sureness(): number {
    return Math.min(1, Math.max(0, (this.counters[0]! - few) / (enough - few)));
  }
}
