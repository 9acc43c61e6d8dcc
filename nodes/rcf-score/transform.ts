import { expm1, ln1p } from '../../lib/random-cut-forest';
import type { RcfScoreSettings } from './settings';

type Transform = RcfScoreSettings['transform'];

/** Brings values to the scale that the forest sees them on, in place. */
export function transformAll(values: Float64Array, transform: Transform): void {
  if (transform === 'none') return;
  // log(1 + x) for positive values and its mirror image for negative ones
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    values[i] = value < 0 ? -ln1p(-value) : ln1p(value);
  }
}

/** A value that the forest gave, back on the scale of the data. */
export function inverse(value: number, transform: Transform): number {
  if (transform === 'none') return value;
  return value < 0 ? -expm1(-value) : expm1(value);
}
