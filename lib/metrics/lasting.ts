import { countedOff } from './deviations';
import type { Incident } from './Incident';
import type { Point } from './Point';

/** What is strange goes on as long as it is off by this part of what it was at most. */
export const lastingPart = 0.5;

/**
 * The series of an incident that are still off to the side on which they were strange, if together they are off by half of
 * what each was at its strangest, in usual deviations. A detector tells a change only once and is soon used to the values of
 * an outage; the outage lasts until they are as expected. None if it is over.
 */
export function stillOff({ impacts, measure }: Incident, points: readonly Point[]): Point[] {
  let then = 0;
  for (const { value, expected } of impacts.values()) then += Math.abs(countedOff(value, expected) ?? 0);
  let now = 0;
  const still = points.filter(({ key, value, verdict }) => {
    const impact = impacts.get(key);
    const { expected, suppressed = 'same-run' } = verdict;
    if (!impact || suppressed !== 'same-run') return false;
    const side = Math.sign(countedOff(impact.value, impact.expected) ?? 0);
    const off = side * (countedOff(value, expected?.[measure]) ?? 0);
    now += Math.max(0, off);
    return off > 0;
  });
  return now > 0 && now >= lastingPart * then ? still : [];
}
