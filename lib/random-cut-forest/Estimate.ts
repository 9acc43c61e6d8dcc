import type { WeightedQuantiles } from './WeightedQuantiles';

/** A value a dimension, and the band that holds it at the level asked for. */
export interface Estimate {
  readonly values: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * Makes entry `at` of an estimate the median of some values, and its band the middle `level` of them.
 * @param level the part of the values that lies within the band, above 0 and below 1
 * @param origin is added to what is put into the estimate
 * @returns the median, without the origin
 */
export function setEntry(
  out: Estimate,
  at: number,
  values: WeightedQuantiles,
  level: number,
  origin: number,
): number {
  const median = values.at(0.5);
  out.values[at] = median + origin;
  out.lower[at] = values.at((1 - level) / 2) + origin;
  out.upper[at] = values.at((1 + level) / 2) + origin;
  return median;
}
