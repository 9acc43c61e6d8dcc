export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that a share of the others lies below; 1 gives the greatest. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
