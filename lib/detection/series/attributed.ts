import { explain } from '../explanation';
import { sided } from './sided';
import type { Verdict } from './Verdict';

/**
 * What the values of a record add to its score, by name.
 * @param parts HIGH and LOW of each value
 * @param values of the record
 * @param expected by name
 */
export function attributed(
  names: readonly string[],
  parts: Float64Array,
  values: Float64Array,
  expected: NonNullable<Verdict['expected']>,
): NonNullable<Verdict['attribution']> {
  const attribution = explain(parts, names);
  // Of several, the score is about the records of late, and what was expected about this one.
  return names.length === 1 ? sided(attribution, values[0]!, expected) : attribution;
}
