import type { Expectation } from '../../lib/random-cut-forest';
import type { RcfScoreSettings } from './settings';
import { inverse } from './transform';

/** What a field should have been, in its own units. */
export interface ExpectedValue {
  readonly value: number;
  /** about four of five cases lie between the two */
  readonly lower: number;
  readonly upper: number;
}

/** @returns the fields that stand out, the one that does most first */
export function expectedOf(
  expectation: Expectation | undefined,
  names: readonly string[],
  transform: RcfScoreSettings['transform'],
): Readonly<Record<string, ExpectedValue>> | undefined {
  if (!expectation) return undefined;
  const { dimensions, values, lower, upper } = expectation;
  const of = (from: Float64Array, d: number) => inverse(from[d]!, transform);
  return Object.fromEntries(
    dimensions.map((d) => [names[d]!, { value: of(values, d), lower: of(lower, d), upper: of(upper, d) }]),
  );
}
