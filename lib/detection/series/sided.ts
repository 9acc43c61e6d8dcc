import type { FieldAttribution } from '../explanation';
import type { ExpectedValue } from './Verdict';

type Attribution = Readonly<Record<string, FieldAttribution>>;

/**
 * What a single value adds to a score, on the side of what was expected on which it lies: the views compare it with all values
 * that there were, to which what is high for a night is low. Where they say otherwise, it is one-sided to no degree.
 */
export function sided(
  attribution: Attribution,
  value: number,
  expected: Readonly<Record<string, ExpectedValue>>,
): Attribution {
  const entries = Object.entries(attribution).map(([name, each]): [string, FieldAttribution] => {
    const off = value - expected[name]!.value;
    const direction = off > 0 ? 'HIGH' : off < 0 ? 'LOW' : each.direction;
    return [name, direction === each.direction ? each : { ...each, direction, strength: 0 }];
  });
  return Object.fromEntries(entries);
}
