import type { Direction, FieldAttribution } from '../explanation';

/** What a value should have been, in its own unit. */
export interface ExpectedValue {
  readonly value: number;
  /** nine of ten usual values lie from `lower` to `upper` */
  readonly lower: number;
  readonly upper: number;
}

/**
 * Why a record whose severity is that of an anomaly is called none:
 *
 * | reason           |                                                                         |
 * | ---------------- | ----------------------------------------------------------------------- |
 * | `minimum-change` | it differs from what was expected by less than matters (MinimumChange)  |
 * | `in-rhythm`      | it is what the rhythm brings at that time, however seldom               |
 * | `direction`      | it is strange on the side that was not asked for                        |
 * | `learning`       | the series is still to be known better                                  |
 * | `same-run`       | it is no stranger than what was told shortly before, or goes on with it |
 * | `back-to-normal` | it is what was to be expected before something strange began            |
 */
export type Suppressed =
  'minimum-change' | 'in-rhythm' | 'direction' | 'learning' | 'same-run' | 'back-to-normal';

/** What a detector says of one record, before it learns it. */
export interface Verdict {
  /** how strange the record is; 0 while learning */
  readonly score: number;
  /** how rare such a score is in this series, 0 to 100; see Severity */
  readonly severity: number;
  /** whether it is much stranger than all that came shortly before: what is strange is told once */
  readonly isNews: boolean;
  /** of the severity of an anomaly, news, and on a side that was asked for */
  readonly isAnomaly: boolean;
  /**
   * where the value that is most to blame lies: of one value, above or below what was expected. Left out while learning
   */
  readonly direction?: Direction;
  /**
   * how many records ago what is strange happened: 0 is this record. Of one value it is always this one; of several, whose
   * score is a running mean, the one of the last 16 records that adds most to it
   */
  readonly lag: number;
  /** by name; left out while learning */
  readonly expected?: Readonly<Record<string, ExpectedValue>>;
  /** by name; the scores sum to `score`. Left out while learning */
  readonly attribution?: Readonly<Record<string, FieldAttribution>>;
  /** by name, the part of `attribution` that the record of `lag` added; left out where that is this record */
  readonly attributionAtLag?: Readonly<Record<string, FieldAttribution>>;
  /** why a record whose severity is that of an anomaly is none */
  readonly suppressed?: Suppressed;
  /** records seen, and how many it takes until something may be an anomaly; left out afterwards */
  readonly warmup?: { readonly seen: number; readonly needed: number };
}
