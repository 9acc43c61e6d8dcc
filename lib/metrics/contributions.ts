import type { Impact } from './Incident';

/** How much one value of a dimension has to do with an incident: its share in percent, to one decimal. */
export interface ValueContribution {
  readonly dimensionValue: string;
  readonly contribution: number;
}

export interface DimensionContribution {
  readonly dimensionName: string;
  /** sum to 100; the greatest comes first */
  readonly dimensionValueContributions: readonly ValueContribution[];
}

/**
 * The share of each impacted series in an incident, in percent: its part of what all of them together were off. Where
 * nothing was expected of any, its part of the severities.
 */
export function sharesOf(impacts: readonly Impact[]): number[] {
  const deviations = impacts.map(({ deviation }) => deviation);
  const weights = largest(deviations) > 0 ? deviations : impacts.map(({ severity }) => severity);
  // Huge values must not overflow when they are added up.
  const scale = largest(weights);
  const total = weights.reduce((sum, weight) => sum + weight / scale, 0);
  return weights.map((weight) => (100 * (weight / scale)) / total);
}

/** The series with the greatest share; undefined when there is none. */
export function mostImpacted(impacts: readonly Impact[]): Impact | undefined {
  const shares = sharesOf(impacts);
  return impacts[shares.indexOf(largest(shares))];
}

/** The shares of the series by the values of each dimension. */
export function contributionsOf(
  dimensions: readonly string[],
  impacts: readonly Impact[],
  shares: readonly number[],
): DimensionContribution[] {
  return dimensions.map((dimensionName, at) => {
    const sums = new Map<string, number>();
    impacts.forEach(({ dimensions: values }, index) => {
      const value = values[at]!;
      sums.set(value, (sums.get(value) ?? 0) + shares[index]!);
    });
    const contributions = toOneDecimal([...sums.values()]);
    const dimensionValueContributions = [...sums.keys()]
      .map((dimensionValue, index) => ({ dimensionValue, contribution: contributions[index]! }))
      .sort((a, b) => b.contribution - a.contribution || (a.dimensionValue < b.dimensionValue ? -1 : 1));
    return { dimensionName, dimensionValueContributions };
  });
}

/**
 * Percentages of a whole to one decimal each, which sum to 100 again: what is lost by rounding down goes to those that lost
 * most (Hamilton's method).
 * @param shares that sum to 100
 */
export function toOneDecimal(shares: readonly number[]): number[] {
  const tenths = shares.map((share) => Math.floor(10 * share));
  const left = 1000 - tenths.reduce((sum, each) => sum + each, 0);
  const lost = (index: number) => 10 * shares[index]! - tenths[index]!;
  const byLoss = [...shares.keys()].sort((a, b) => lost(b) - lost(a) || a - b);
  for (const index of byLoss.slice(0, left)) tenths[index]!++;
  return tenths.map((each) => each / 10);
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
