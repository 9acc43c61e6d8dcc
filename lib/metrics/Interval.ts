import type { DimensionValues } from './dimensions';

/** One combination of dimensions' values in one interval. */
export interface Cell {
  readonly key: string;
  readonly dimensions: DimensionValues;
  /** of each measure; NaN where there is none */
  readonly values: readonly number[];
  /** intervals in a row without rows, this one included; 0 when it has rows */
  readonly silent: number;
}

/** An interval that is over, and what was in it. */
export interface Interval {
  /** ms since the epoch; the end belongs to the next one */
  readonly start: number;
  readonly end: number;
  /** in the order of their keys */
  readonly cells: readonly Cell[];
  /** to be learned and not to be judged */
  readonly isHistory: boolean;
  /** combinations that are forgotten after it, because they had no rows for so long */
  readonly retired: readonly string[];
}

/** `msg.late`: why a row is in no interval. Times in ms since the epoch. */
export interface Late {
  readonly window: { readonly start: number; readonly end: number; readonly key: string };
  readonly watermark: number;
}

/** What became of a row; only 'counted' ones are in an interval. */
export type Taken = 'counted' | 'filtered' | 'refused' | Late;
