import { requireLength, requireValues } from './checks';
import { Density } from './Density';
import type { Estimate } from './Estimate';
import { Forecaster } from './Forecaster';
import type { ForestState } from './ForestState';
import { Imputer } from './Imputer';
import { neighboursOf, type Neighbour } from './neighbours';
import { relative } from './relative';

/** What a record should have been. */
export interface Expectation extends Estimate {
  /** the values that were taken as wrong and estimated, the one with most attribution first; the others are as they came */
  readonly dimensions: readonly number[];
}

export interface ExpectationOptions {
  /** how many records back in the shingle the record in question lies; 0 is the newest */
  readonly lag?: number;
  /** the shingle to go by in place of the latest records, oldest record first: the same with known errors put right */
  readonly shingle?: ArrayLike<number>;
  /** the part of the cases that lies within the band, above 0 and below 1 */
  readonly level?: number;
}

/** The part of the cases that lies within a band, unless another is asked for. */
const usualLevel = 0.8;
/** Values are taken as wrong until they hold this part of the record's attribution... */
const guilty = 0.9;
/** ...but no more of them: the rest must still say what sort of record it is. */
const mostGuilty = 5;

/** Answers what one may ask a forest beyond a score. Asking changes nothing. */
export class Inquiry {
  private readonly imputer: Imputer;
  private readonly forecaster: Forecaster;
  /** made when first asked */
  private densities: Density | undefined;

  constructor(private readonly state: ForestState) {
    this.imputer = new Imputer(state);
    this.forecaster = new Forecaster(state);
  }

  /** See RandomCutForest.impute. */
  impute(record: ArrayLike<number>, level = usualLevel): Estimate | undefined {
    checkLevel(level);
    const { dimensions } = this.state.options;
    requireLength('a record', record, dimensions, 'values');
    for (let d = 0; d < dimensions; d++) {
      if (record[d] === Infinity || record[d] === -Infinity) {
        throw new RangeError(`value ${d} must be a finite number, or NaN to be estimated, got ${record[d]}`);
      }
    }
    if (this.state.size === 0) return undefined;
    const out = asItCame(record);
    this.imputer.fill(this.shape(record), this.last, level, out);
    return out;
  }

  /** See RandomCutForest.expected. @param parts the record's attribution */
  expected(
    record: ArrayLike<number>,
    parts: Float64Array,
    { lag = 0, level = usualLevel, shingle }: ExpectationOptions,
  ): Expectation | undefined {
    checkLevel(level);
    const { dimensions, shingleSize } = this.state.options;
    if (!Number.isInteger(lag) || lag < 0 || lag >= shingleSize) {
      throw new RangeError(`lag must be a whole number from 0 to ${shingleSize - 1}, got ${lag}`);
    }
    if (this.state.size === 0) return undefined;
    const { origin, width } = this.state;
    if (shingle !== undefined) requireValues('a shingle', shingle, width);
    const point = shingle === undefined ? this.shape(record) : this.shapeWhole(shingle);
    const at = this.last - lag * dimensions;
    // Rounding to float32 must not show in what is given back unchanged.
    const given = (d: number) => shingle?.[at + d] ?? (lag === 0 ? record[d]! : point[at + d]! + origin[d]!);
    const out = asItCame(Float64Array.from({ length: dimensions }, (_, d) => given(d)));
    const chosen = mostAttributed(parts.subarray(2 * at, 2 * (at + dimensions)));
    for (const d of chosen) point[at + d] = NaN;
    this.imputer.fill(point, at, level, out);
    return { ...out, dimensions: chosen };
  }

  /** See RandomCutForest.forecast. */
  forecast(records: number, level = usualLevel): Estimate | undefined {
    checkLevel(level);
    const { dimensions, shingleSize } = this.state.options;
    if (shingleSize === 1) {
      throw new RangeError(
        'a forecast needs a shingleSize of 2 or more: without it the forest knows no order',
      );
    }
    if (!Number.isInteger(records) || records < 1) {
      throw new RangeError(`records must be a whole number from 1, got ${records}`);
    }
    if (this.state.size === 0) return undefined;
    const none = () => new Float64Array(records * dimensions);
    const out = { values: none(), lower: none(), upper: none() };
    this.forecaster.forecast(Float32Array.from(this.state.shingle), level, out);
    return out;
  }

  /** See RandomCutForest.neighbours. */
  neighbours(record: ArrayLike<number>): Neighbour[] {
    return neighboursOf(this.state, this.shape(record));
  }

  /** See RandomCutForest.density. */
  density(record: ArrayLike<number>, out: Float64Array): number {
    if (this.state.size === 0) {
      out.fill(0);
      return 0;
    }
    this.densities ??= new Density(this.state);
    return this.densities.of(this.shape(record), out);
  }

  /** Where the newest record of a point begins. */
  private get last(): number {
    return this.state.width - this.state.options.dimensions;
  }

  /** The record as the newest of its shingle. */
  private shape(record: ArrayLike<number>): Float32Array {
    const { origin, shingle, width } = this.state;
    const { last } = this;
    return Float32Array.from({ length: width }, (_, i) =>
      i < last ? shingle[i]! : relative(record[i - last]!, origin[i - last]!),
    );
  }

  private shapeWhole(shingle: ArrayLike<number>): Float32Array {
    const { origin, width } = this.state;
    return Float32Array.from({ length: width }, (_, i) => relative(shingle[i]!, origin[i % origin.length]!));
  }
}

function asItCame(record: ArrayLike<number>): Estimate {
  return {
    values: Float64Array.from(record),
    lower: Float64Array.from(record),
    upper: Float64Array.from(record),
  };
}

/**
 * The fewest values that hold most of a record's attribution.
 * @param parts HIGH and LOW of each value
 */
function mostAttributed(parts: Float64Array): number[] {
  const share = (d: number) => parts[2 * d]! + parts[2 * d + 1]!;
  const order = Array.from({ length: parts.length / 2 }, (_, d) => d).sort((a, b) => share(b) - share(a));
  const whole = order.reduce((sum, d) => sum + share(d), 0);
  let held = 0;
  let count = 0;
  while (count < Math.min(mostGuilty, order.length) && (count === 0 || held < guilty * whole)) {
    held += share(order[count++]!);
  }
  return order.slice(0, count);
}

function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be above 0 and below 1, got ${level}`);
}
