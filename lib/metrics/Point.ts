import type { Verdict } from '../detection/series/SeriesDetector';
import type { DimensionValues } from './dimensions';

/** What one interval said of one series: a measure in one combination of dimensions' values. */
export interface Point {
  readonly key: string;
  readonly dimensions: DimensionValues;
  readonly value: number;
  readonly verdict: Verdict;
}
