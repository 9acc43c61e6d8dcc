import type { Operator } from '../records/condition';
import type { Scalar } from '../settings/fields';

// What an aggregate is, apart from how it is computed: the editor must not load the sketches.

export const aggregateFunctions = [
  'count',
  'sum',
  'mean',
  'min',
  'max',
  'stddev',
  'distinct',
  'percentile',
  'first',
  'last',
] as const;
export type AggregateFunction = (typeof aggregateFunctions)[number];

/** Only records whose field meets the comparison count. */
export interface WhereSpec {
  readonly field: string;
  readonly op: Operator;
  readonly value: Scalar;
}

export interface AggregateSpec {
  readonly name: string;
  readonly fn: AggregateFunction;
  /** '' takes the record itself, for records that are plain numbers or texts */
  readonly field: string;
  /** 0 to 100, for `percentile` */
  readonly p: number;
  /** all of them must hold */
  readonly where: readonly WhereSpec[];
}

/** Whether a function takes numbers only. */
export function isNumeric(fn: AggregateFunction): boolean {
  return fn !== 'count' && fn !== 'distinct' && fn !== 'first' && fn !== 'last';
}
