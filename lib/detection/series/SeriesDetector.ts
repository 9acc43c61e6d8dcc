import { RandomCutForest } from '../../random-cut-forest';
import { explain, mainDirection } from '../explanation';
import { anomalySeverity, Severity } from '../Severity';
import type { DetectorOptions } from './DetectorOptions';
import { pack, unpack } from './packing';
import type { ExpectedValue, Verdict } from './Verdict';

export type { DetectorOptions } from './DetectorOptions';
export type { ExpectedValue, Verdict } from './Verdict';

const version = 1;
const sizes = {
  full: { numberOfTrees: 20, subSampleSize: 4096, timeDecay: 40_960 },
  compact: { numberOfTrees: 10, subSampleSize: 256, timeDecay: 10_000 },
};
/** Records until verdicts mean something. */
const needed = 100;
const level = 0.9;

/**
 * Finds what is strange in one series, of one value a record or of several, with one configuration for all data: it is
 * told neither range nor period nor length. A verdict depends on the records so far and the seed alone.
 */
export class SeriesDetector {
  private readonly forest: RandomCutForest;
  private readonly severity: Severity;
  private readonly previous: Float64Array;
  private readonly parts: Float64Array;

  /**
   * @param state what `state` gave, to go on bit by bit from there
   * @throws RangeError naming the option that is wrong, Error when the state is damaged or of another detector
   */
  constructor(
    private readonly options: DetectorOptions,
    state?: Uint8Array,
  ) {
    const { names, seed = 42, size = 'full' } = options;
    if (names.length === 0) throw new RangeError('names must be at least one name, got none');
    const saved = state && unpack(version, state);
    this.forest = saved
      ? RandomCutForest.from(saved[0]!.slice().buffer)
      : new RandomCutForest({ ...sizes[size], dimensions: names.length, seed });
    if (this.forest.options.dimensions !== names.length) {
      this.forest.free();
      throw new Error(
        `the state is of ${this.forest.options.dimensions} values a record, not ${names.length}`,
      );
    }
    const numbers = saved && [...new Float64Array(saved[1]!.buffer)];
    this.severity = numbers ? Severity.from(numbers.slice(names.length)) : new Severity();
    this.previous = Float64Array.from(names, (_, d) => numbers?.[d] ?? 0);
    this.parts = new Float64Array(2 * names.length);
  }

  /**
   * Judges a record by those before it, and then learns it.
   * @param time ms since the epoch; may repeat or step back
   * @param values one for each name; NaN is missing
   * @throws RangeError naming the value that is infinite, or the time; nothing was learned then
   */
  process(time: number, values: ArrayLike<number>): Verdict {
    const { forest, parts, severity } = this;
    const { names } = this.options;
    const record = this.complete(time, values);
    const seen = forest.seen;
    const isLearning = seen < needed;
    const score = forest.attribution(record, parts);
    const estimate = isLearning ? undefined : forest.impute(new Float64Array(record.length).fill(NaN), level);
    forest.update(record);
    this.previous.set(record);
    if (isLearning || !estimate) {
      return { score: 0, severity: 0, isAnomaly: false, lag: 0, warmup: { seen: seen + 1, needed } };
    }
    const how = severity.of(score);
    severity.learn(score);
    const attribution = explain(parts, names);
    const expected = names.map((name, d): [string, ExpectedValue] => [
      name,
      { value: estimate.values[d]!, lower: estimate.lower[d]!, upper: estimate.upper[d]! },
    ]);
    return {
      score,
      severity: how,
      isAnomaly: how >= anomalySeverity,
      direction: mainDirection(attribution),
      lag: 0,
      expected: Object.fromEntries(expected),
      attribution,
    };
  }

  /** Learns a record of the past: as `process`, and the same afterwards. */
  learn(time: number, values: ArrayLike<number>): void {
    this.process(time, values);
  }

  /** Memory of all it knows. */
  get byteLength(): number {
    return this.forest.byteLength + 8 * (this.previous.length + this.severity.state().length);
  }

  /** Everything it knows, for the constructor. */
  state(): Uint8Array {
    const numbers = Float64Array.from([...this.previous, ...this.severity.state()]);
    return pack(version, [new Uint8Array(this.forest.snapshot()), new Uint8Array(numbers.buffer)]);
  }

  /** Gives the forests' memory back at once. The detector is of no use afterwards. */
  free(): void {
    this.forest.free();
  }

  private complete(time: number, values: ArrayLike<number>): Float64Array {
    const { names } = this.options;
    if (!Number.isFinite(time)) throw new RangeError(`time must be a finite number, got ${time}`);
    if (values.length !== names.length) {
      throw new RangeError(`a record must have ${names.length} values, got ${values.length}`);
    }
    names.forEach((name, d) => {
      const value = values[d]!;
      if (value === Infinity || value === -Infinity) {
        throw new RangeError(`${name} must be a finite number, or NaN when it is missing, got ${value}`);
      }
    });
    return Float64Array.from(values, (value, d) => (Number.isNaN(value) ? this.previous[d]! : value));
  }
}
