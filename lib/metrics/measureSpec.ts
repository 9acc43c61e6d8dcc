// What a measure is, apart from how it is computed: the editor must not load the sums.

export const measureFunctions = ['SUM', 'AVG', 'COUNT', 'MIN', 'MAX'] as const;
export type MeasureFunction = (typeof measureFunctions)[number];

/** A number that is watched in every combination of the dimensions' values. */
export interface MeasureSpec {
  readonly name: string;
  readonly fn: MeasureFunction;
  /** that is summed up, averaged, …; '' counts rows */
  readonly field: string;
}
