import type { Estimate } from '../random-cut-forest';
import { DecayedMoments } from './DecayedMoments';
import { flatState } from './flatState';
import { MinimumChange, type MinimumChangeOptions } from './MinimumChange';

/**
 * | method                 | a value becomes                                               |
 * | ---------------------- | ------------------------------------------------------------- |
 * | `none`                 | itself                                                        |
 * | `weighted`             | its multiple                                                  |
 * | `subtract-ma`          | its distance from the moving average                          |
 * | `normalize`            | that in usual deviations                                      |
 * | `difference`           | its change since the record before                            |
 * | `normalize-difference` | how far that change is from the mean one, in usual deviations |
 *
 * All but `none` also multiply by the value's weight. Names as in the published library.
 */
export type TransformMethod =
  'none' | 'weighted' | 'subtract-ma' | 'normalize' | 'difference' | 'normalize-difference';

export interface TransformOptions {
  readonly method: TransformMethod;
  /** values in a record */
  readonly dimensions: number;
  /** records after which one counts 1/e of a new one: the sample size of the forest behind. 256 */
  readonly memory?: number;
  /** how much each value is to count. 1 */
  readonly weights?: readonly number[];
  /** see MinimumChange */
  readonly minimumChange?: Pick<MinimumChangeOptions, 'absolute' | 'relative'>;
}

/** What a Transform knows. */
export interface TransformState {
  readonly previous: readonly number[];
  readonly values: readonly number[];
  readonly changes: readonly number[];
  readonly least: readonly number[];
  readonly leastOfChanges: readonly number[];
}

/** Normalized values are cut off here, in deviations: further out nothing is learned about how strange they are. */
const furthest = 100;

/**
 * Turns records into what a forest is to learn, and the forest's estimates back. At any moment each method is a shift
 * and a scale: y = (x - shift) / scale, with the statistics of the records before x, so that a strange record does not
 * excuse itself.
 *
 * Deviations are never taken as smaller than the smallest change that matters (MinimumChange), which is small against
 * the data whatever their unit. The published library adds 1 to them, which leaves rates of 0.1 to 0.5 all but unchanged.
 */
export class Transform {
  /** of each value; valid for the record that `apply` was last called with */
  readonly shift: Float64Array;
  readonly scale: Float64Array;
  private readonly values: DecayedMoments;
  private readonly changes: DecayedMoments;
  private readonly least: MinimumChange;
  private readonly leastOfChanges: MinimumChange;
  private readonly previous: Float64Array;
  private readonly change: Float64Array;

  constructor(
    private readonly options: TransformOptions,
    state?: TransformState,
  ) {
    const { dimensions, memory = 256, weights, minimumChange } = options;
    if (weights !== undefined && (weights.length !== dimensions || !weights.every((each) => each > 0))) {
      throw new RangeError(`weights must be ${dimensions} numbers above 0, got ${weights.join()}`);
    }
    this.shift = new Float64Array(dimensions);
    this.scale = new Float64Array(dimensions);
    this.change = new Float64Array(dimensions);
    this.previous = flatState('a transform', dimensions, state?.previous);
    this.values = new DecayedMoments(dimensions, 1 / memory, state?.values);
    this.changes = new DecayedMoments(dimensions, 1 / memory, state?.changes);
    this.least = new MinimumChange({ ...minimumChange, dimensions, memory }, state?.least);
    this.leastOfChanges = new MinimumChange({ dimensions, memory }, state?.leastOfChanges);
  }

  /** Everything it knows, for the constructor. */
  state(): TransformState {
    return {
      previous: [...this.previous],
      values: this.values.state(),
      changes: this.changes.state(),
      least: this.least.state(),
      leastOfChanges: this.leastOfChanges.state(),
    };
  }

  /** Whether each record is turned into its distance from the one before. */
  get isDifference(): boolean {
    return this.options.method === 'difference' || this.options.method === 'normalize-difference';
  }

  /** What a record means, by the records learned so far. NaN stays NaN; a value never seen before means 0 in a difference. */
  apply(record: ArrayLike<number>, out: Float64Array): void {
    this.aim();
    const cut = this.options.method.startsWith('normalize') ? furthest : Number.MAX_VALUE;
    for (let d = 0; d < out.length; d++) {
      if (this.isDifference && this.values.weight(d) === 0) {
        out[d] = Number.isNaN(record[d]!) ? NaN : 0;
        continue;
      }
      const y = (record[d]! - this.shift[d]!) / this.scale[d]!;
      const most = Math.min(cut * this.weight(d), Number.MAX_VALUE);
      out[d] = y > most ? most : y < -most ? -most : y;
    }
  }

  /** Takes a record into the statistics; what is NaN in it is left out. */
  learn(record: ArrayLike<number>): void {
    const { previous, change, values } = this;
    for (let d = 0; d < previous.length; d++) {
      change[d] = values.weight(d) === 0 ? NaN : record[d]! - previous[d]!;
      if (!Number.isNaN(record[d]!)) previous[d] = record[d]!;
    }
    this.least.learn(record);
    this.leastOfChanges.learn(change);
    this.changes.learn(change);
    values.learn(record);
  }

  /**
   * Turns a forest's estimates back into values as they come, by the records learned so far. A forecast of changes adds
   * up step by step; its bands widen as those of independent steps do, by the root of the sum of squares.
   * @param estimate of one record, or of the next few in turn
   */
  invert({ values, lower, upper }: Estimate): Estimate {
    this.aim();
    const { shift, scale, isDifference } = this;
    const out = {
      values: new Float64Array(values.length),
      lower: new Float64Array(values.length),
      upper: new Float64Array(values.length),
    };
    const from = Float64Array.from(shift);
    const below = new Float64Array(shift.length);
    const above = new Float64Array(shift.length);
    for (let i = 0; i < values.length; i++) {
      const d = i % shift.length;
      const value = from[d]! + values[i]! * scale[d]!;
      if (isDifference) from[d] = value + shift[d]! - this.previous[d]!;
      below[d] = length(isDifference ? below[d]! : 0, (values[i]! - lower[i]!) * scale[d]!);
      above[d] = length(isDifference ? above[d]! : 0, (upper[i]! - values[i]!) * scale[d]!);
      out.values[i] = value;
      out.lower[i] = value - below[d]!;
      out.upper[i] = value + above[d]!;
    }
    return out;
  }

  /** The largest change of value `d` that does not matter, as the data come. */
  leastChange(d: number): number {
    return this.least.of(d);
  }

  /** How far value `d` usually moves from one record to the next, as the data come. */
  usualStep(d: number): number {
    return this.changes.deviation(d);
  }

  /** Sets shift and scale to what the records learned so far say. */
  private aim(): void {
    const { shift, scale, values, changes, previous } = this;
    for (let d = 0; d < shift.length; d++) {
      switch (this.options.method) {
        case 'none':
        case 'weighted':
          shift[d] = 0;
          scale[d] = 1;
          break;
        case 'subtract-ma':
          shift[d] = values.mean(d);
          scale[d] = 1;
          break;
        case 'normalize':
          shift[d] = values.mean(d);
          scale[d] = usual(values.deviation(d), this.least.of(d));
          break;
        case 'difference':
          shift[d] = previous[d]!;
          scale[d] = 1;
          break;
        case 'normalize-difference':
          shift[d] = previous[d]! + changes.mean(d);
          scale[d] = usual(changes.deviation(d), Math.max(this.least.of(d), this.leastOfChanges.of(d)));
          break;
      }
      scale[d] = scale[d]! / this.weight(d);
    }
  }

  private weight(d: number): number {
    return this.options.method === 'none' ? 1 : (this.options.weights?.[d] ?? 1);
  }
}

/** The unit of a normalized value; its own where the data have shown none, as when all were 0. */
function usual(deviation: number, least: number): number {
  return length(deviation, least) || 1;
}

/** Math.hypot may differ in the last bit from engine to engine. */
function length(a: number, b: number): number {
  return Math.sqrt(a * a + b * b);
}
