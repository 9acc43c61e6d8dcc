import { RandomCutForest, type Estimate, type ForestOptions } from '../random-cut-forest';
import { flatState } from './flatState';
import { strangestLag } from './lags';
import { suppressedBecause, type Suppressed, type SuppressionRules } from './suppression';
import { Thresholder, type ThresholderState } from './Thresholder';
import { Transform, type TransformOptions, type TransformState } from './Transform';

export interface ThresholdedOptions extends SuppressionRules {
  readonly forest: Partial<ForestOptions> & Pick<ForestOptions, 'dimensions'>;
  /** normalize, with the forest's sample size as memory */
  readonly transform?: Partial<Omit<TransformOptions, 'dimensions'>>;
  /** how many usual deviations above the mean score the threshold lies. 3 */
  readonly zFactor?: number;
}

/** What is said of one record. */
export interface Finding {
  /** of the transformed record, on the scale of RANDOM_CUT_FOREST; 0 while learning */
  readonly score: number;
  /** the score from which on a record is strange */
  readonly threshold: number;
  /** how strange it is, 0 to 1; 0 for what is not an anomaly */
  readonly grade: number;
  /** of a record whose score lies above the threshold */
  readonly suspect?: Suspect;
}

export interface Suspect {
  /** why it is no anomaly after all; left out when it is one */
  readonly suppressed?: Suppressed;
  /** how many records ago what is strange happened: 0 for now, more for what is seen only now */
  readonly lag: number;
  /** that record as it came */
  readonly values: Float64Array;
  /** and what was expected instead, with a band that holds about 0.8 of the cases */
  readonly expected: Estimate;
  /** HIGH and LOW of each value of each record in the shingle, oldest first; see RandomCutForest.attribution */
  readonly attribution: Float64Array;
}

/** What a ThresholdedForest knows. */
export interface ThresholdedState {
  readonly forest: ArrayBuffer;
  readonly transform: TransformState;
  readonly thresholder: ThresholderState;
  readonly past: readonly (readonly number[])[];
  readonly counters: readonly number[];
}

/** Statistics of fewer records say nothing; what they make of a record would stay in the sample for long. */
const settling = 10;
/**
 * The band around what is expected is twice the one that holds half of the cases, which is the one of 0.8 where they are
 * normally distributed. The quantiles of 0.1 and 0.9 themselves would take in the anomaly just told of, once a tenth of
 * the trees have learned it, and excuse the next one with it.
 */
const half = 0.5;
/** The latest records: as they came, what undoes their transform, and transformed, with anomalies replaced. */
const [actual, shift, scale, clean] = [0, 1, 2, 3];

/**
 * A forest behind a transform and in front of a threshold that it finds itself. Of each record it says whether it is an
 * anomaly; of a suspect also which record it is about, what was expected instead, and if it is no anomaly, why not.
 */
export class ThresholdedForest {
  readonly forest: RandomCutForest;
  private readonly transform: Transform;
  private readonly thresholder: Thresholder;
  private readonly past: readonly Float64Array[];
  /** records seen, the number of the last anomaly among them; counted from 1 */
  private readonly counters: Float64Array;
  private readonly record: Float64Array;
  private readonly parts: Float64Array;

  /** @throws RangeError naming the option that is wrong, Error when the state is of another model or damaged */
  constructor(
    private readonly options: ThresholdedOptions,
    state?: ThresholdedState,
  ) {
    this.forest = state ? RandomCutForest.from(state.forest) : new RandomCutForest(options.forest);
    const { dimensions, shingleSize, subSampleSize, timeDecay } = this.forest.options;
    const transform = {
      method: 'normalize',
      memory: subSampleSize,
      ...options.transform,
      dimensions,
    } as const;
    this.transform = new Transform(transform, state?.transform);
    this.thresholder = new Thresholder(
      {
        memory: timeDecay,
        shingled: shingleSize > 1,
        transformed: transform.method !== 'none',
        zFactor: options.zFactor,
      },
      state?.thresholder,
    );
    const width = dimensions * shingleSize;
    this.past = [actual, shift, scale, clean].map((i) => flatState('the past', width, state?.past[i]));
    this.counters = flatState('a thresholded forest', 2, state?.counters);
    this.record = new Float64Array(dimensions);
    this.parts = new Float64Array(2 * width);
  }

  /** Everything it knows, for the constructor. */
  state(): ThresholdedState {
    return {
      forest: this.forest.snapshot(),
      transform: this.transform.state(),
      thresholder: this.thresholder.state(),
      past: this.past.map((each) => [...each]),
      counters: [...this.counters],
    };
  }

  /** @throws RangeError naming the value that is no finite number; the model stays as it was */
  process(values: ArrayLike<number>): Finding {
    const { counters, forest, parts, record, thresholder, transform } = this;
    if (values.length !== record.length) {
      throw new RangeError(`a record must have ${record.length} values, got ${values.length}`);
    }
    transform.apply(values, record);
    const score = forest.attribution(record, parts);
    const { threshold } = thresholder;
    const isLearning = forest.isLearning || counters[0]! < settling;
    this.remember(values);
    counters[0]!++;

    let finding: Finding = { score: 0, threshold, grade: 0 };
    if (!isLearning) {
      const cleanScore = this.cleanScore(score);
      const grade = thresholder.grade(score);
      const suspect = grade > 0 ? this.examine(cleanScore, threshold) : undefined;
      const isAnomaly = suspect !== undefined && suspect.suppressed === undefined;
      finding = { score, threshold, grade: isAnomaly ? grade : 0, suspect };
      thresholder.learn(score, cleanScore);
    }
    if (counters[0]! > settling) forest.update(record);
    transform.learn(values);
    return finding;
  }

  /** Looks at what is strange: which record, how far from what was expected, and whether it may be called so. */
  private examine(cleanScore: number, threshold: number): Suspect {
    const { counters, forest, options, parts, past, record, sinceAnomaly, transform } = this;
    const { dimensions, shingleSize } = forest.options;
    // Records up to the last anomaly have been told of.
    const lag = strangestLag(parts, dimensions, Math.min(shingleSize, sinceAnomaly) - 1);
    const from = past[actual]!.length - (lag + 1) * dimensions;
    const part = (index: number) => past[index]!.subarray(from, from + dimensions);
    const estimate = forest.expected(record, { lag, level: half, shingle: past[clean] })!;
    const expected = undo(estimate, part(shift), part(scale));
    const values = part(actual).slice();
    const suppressed = suppressedBecause(
      {
        actual: values,
        expected,
        least: values.map((_, d) => transform.leastChange(d)),
        step: values.map((_, d) => transform.usualStep(d)),
        cleanScore,
        threshold,
        inRun: sinceAnomaly < shingleSize,
      },
      options,
    );
    if (suppressed === undefined || suppressed === 'same-run') {
      part(clean).set(estimate.values);
      counters[1] = counters[0]! - lag;
    }
    return { suppressed, lag, values, expected, attribution: parts.slice() };
  }

  /** How many records ago the last anomaly was. */
  private get sinceAnomaly(): number {
    return this.counters[1] === 0 ? Infinity : this.counters[0]! - this.counters[1]!;
  }

  /** The score that the record has behind what should have come before it. */
  private cleanScore(score: number): number {
    if (this.sinceAnomaly >= this.forest.options.shingleSize) return score;
    return Math.min(score, this.forest.scoreShingle(this.past[clean]!));
  }

  /** Takes a record in as the newest of the past. */
  private remember(values: ArrayLike<number>): void {
    const { past, record, transform } = this;
    const last = past[actual]!.length - record.length;
    for (const each of past) each.copyWithin(0, record.length);
    past[actual]!.set(values, last);
    past[shift]!.set(transform.shift, last);
    past[scale]!.set(transform.scale, last);
    past[clean]!.set(record, last);
  }
}

/** Takes the transform back, and the band of half the cases to twice its width. */
function undo({ values, lower, upper }: Estimate, from: Float64Array, unit: Float64Array): Estimate {
  const back = (transformed: Float64Array) => transformed.map((y, d) => y * unit[d]! + from[d]!);
  const twice = (bound: Float64Array) => back(bound.map((y, d) => 2 * y - values[d]!));
  return { values: back(values), lower: twice(lower), upper: twice(upper) };
}
