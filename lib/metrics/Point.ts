import type { Shape } from '../detection/series/Shape';
import type { Suppressed, Verdict } from '../detection/series/Verdict';
import type { DimensionValues } from './dimensions';

/** A detector's verdict, and what is known beyond its series. */
export interface Judgement extends Omit<Verdict, 'suppressed'> {
  /**
   * Why a value whose severity is that of an anomaly is called none: `missing` when there is none and another stands in for
   * it, `calendar: ` and the name of an event that is on.
   */
  readonly suppressed?: Suppressed | 'missing' | `calendar: ${string}`;
}

/** What one interval said of one series: a measure in one combination of dimensions' values. */
export interface Point {
  readonly key: string;
  readonly dimensions: DimensionValues;
  /** NaN when there is none */
  readonly value: number;
  /** intervals in a row without rows, this one included; 0 when it has rows */
  readonly silent: number;
  readonly verdict: Judgement;
  /** how the values of the series lie; left out where its detector was not asked */
  readonly shape?: Shape;
}
