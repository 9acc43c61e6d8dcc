import type { Usual } from './Rhythm';

/** A rhythm that explains less of the variance is left out, one that explains as much as the second counts in full. */
const [leastStrength, fullStrength] = [0.9, 0.98];
/** So many deviations from what is usual say nothing yet. */
const common = 4;
const perDeviation = 0.4;
/** Further away is as strange as can be. */
const most = 3;
/** What is nearer than so many deviations to what a rhythm of at least such a strength brings is what was to be expected. */
const near = { deviations: 2.5, strength: 0.5 };

/**
 * How strange it is that a value is not what the rhythm brings at its time, beside a score on the scale of
 * RANDOM_CUT_FOREST: 0 to 3, negative for what is too low. Only a rhythm that is nearly the whole of the series may say so:
 * where much is left unexplained, values far from it are common.
 */
export function offRhythm({ value, deviation, strength }: Omit<Usual, 'known'>, actual: number): number {
  const trust = Math.min(1, (strength - leastStrength) / (fullStrength - leastStrength));
  if (trust <= 0 || deviation === 0) return 0;
  const off = (actual - value) / deviation;
  return Math.sign(off) * trust * Math.min(most, perDeviation * Math.max(0, Math.abs(off) - common));
}

/**
 * Whether a value is what the rhythm brings at its time, where the rhythm is most of the series. That may be seldom, like a
 * job of every morning, and is expected all the same.
 */
export function isInRhythm({ value, deviation, strength }: Omit<Usual, 'known'>, actual: number): boolean {
  return strength >= near.strength && Math.abs(actual - value) <= near.deviations * deviation;
}
