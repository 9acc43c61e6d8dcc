import { fillGap, fillRecord, type GapFill, type Impute } from './fill';
import { FilledShare } from './FilledShare';
import { flatState } from '../flatState';
import { RegularGrid } from './RegularGrid';

export interface RegularSeriesOptions {
  /** values in a record */
  readonly dimensions: number;
  readonly shingleSize: number;
  /** rcf */
  readonly fill?: GapFill;
  /** between records in ms; learned from the stream when left out */
  readonly interval?: number;
}

/** What a RegularSeries knows. */
export interface RegularSeriesState {
  readonly grid: readonly number[];
  readonly filled: readonly number[];
  readonly previous: readonly number[];
}

/** @param learn whether a forest may learn the record, or is only to take it into its shingle (RandomCutForest.append) */
export type Accept = (record: Float64Array, learn: boolean) => void;

/**
 * Makes a regular series of a stream in which records and values are missing, so that a forest's shingle keeps the rhythm
 * of the data: the streaming imputation mode. What is made up may be learned only while no more than half of the shingle
 * is, or the forest would come to believe itself.
 */
export class RegularSeries {
  private readonly fill: GapFill;
  private readonly grid: RegularGrid;
  private readonly filled: FilledShare;
  /** the latest record, complete; then whether there was any */
  private readonly previous: Float64Array;
  private readonly record: Float64Array;

  constructor(
    { dimensions, shingleSize, fill = { method: 'rcf' }, interval }: RegularSeriesOptions,
    state?: RegularSeriesState,
  ) {
    this.fill = fill;
    this.grid = new RegularGrid(shingleSize, { interval, state: state?.grid });
    this.filled = new FilledShare(shingleSize, { state: state?.filled });
    this.previous = flatState('a regular series', dimensions + 1, state?.previous);
    this.record = new Float64Array(dimensions);
  }

  /** Everything it knows, for the constructor. */
  state(): RegularSeriesState {
    return { grid: this.grid.state(), filled: this.filled.state(), previous: [...this.previous] };
  }

  /**
   * Gives the records that are missing before this one, earliest first, and then this one, each complete.
   * @param values NaN for each that is missing
   * @param time ms since the epoch
   * @param accept must make use of each record before it returns: the array is used again
   * @returns how many records were made up
   */
  take(values: ArrayLike<number>, time: number, impute: Impute, accept: Accept): number {
    const { fill, filled, record } = this;
    const { length: dimensions } = record;
    const hasPrevious = this.previous[dimensions] === 1;
    const previous = this.previous.subarray(0, dimensions);
    const count = this.grid.missingBefore(time);
    record.set(values);
    // What lies between needs the record complete; a forest can complete it better when it knows what lies between.
    const fromBoth = fill.method === 'linear' || fill.method === 'next';
    const before = hasPrevious ? previous.slice() : new Float64Array(dimensions).fill(NaN);
    let missing = fromBoth ? fillRecord(record, { method: 'previous' }, before, impute) : 0;
    fillGap(before, record, count, fill, impute, (each) => {
      filled.learn(1);
      accept(each, filled.isLearnable);
      previous.set(each);
    });
    if (!fromBoth) missing = fillRecord(record, fill, count > 0 ? previous : before, impute);
    filled.learn(missing / dimensions);
    accept(record, filled.isLearnable);
    previous.set(record);
    this.previous[dimensions] = 1;
    return count;
  }
}
