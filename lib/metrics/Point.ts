import type { Suppressed, Verdict } from '../detection/series/Verdict';
import type { DimensionValues } from './dimensions';

/** A detector's verdict, and what is known beyond its series. */
export interface Judgement extends Omit<Verdict, 'suppressed'> {
  /** why a value whose severity is that of an anomaly is called none; `calendar: ` and the name of an event that is on */
  readonly suppressed?: Suppressed | `calendar: ${string}`;
}

/** What one interval said of one series: a measure in one combination of dimensions' values. */
export interface Point {
  readonly key: string;
  readonly dimensions: DimensionValues;
  readonly value: number;
  readonly verdict: Judgement;
}
