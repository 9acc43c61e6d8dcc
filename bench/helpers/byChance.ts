/**
 * What chance alone makes of a share: how often each series reaches the level that this share of all of them together
 * reaches, as a multiple of the share.
 */
export function multiplesByChance(series: readonly Float64Array[], share: number): number[] {
  const all = Float64Array.from({ length: series.reduce((sum, { length }) => sum + length, 0) });
  let at = 0;
  for (const scores of series) {
    all.set(scores, at);
    at += scores.length;
  }
  const level = all.sort()[Math.floor((1 - share) * all.length)]!;
  return series.map((scores) => scores.filter((score) => score >= level).length / scores.length / share);
}
