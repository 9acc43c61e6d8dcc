/** The form in which a severity was kept at first: memory, total, weight, two figures of the tail, then the counts. */
const bins = 256;
const head = 5;
export const histogramLength = head + bins;
/** The scores that the bins spread over. */
const highest = 16;
/** Fewer records above a level do not tell where it is. */
const enough = 3;

/**
 * What a histogram of scores tells of the levels that given shares of the scores reach.
 * @param state `histogramLength` finite numbers
 * @param shares falling
 * @param usual levels of a series without history: above what the histogram tells, the distances between these are taken
 */
export function levelsOfHistogram(
  state: readonly number[],
  shares: ArrayLike<number>,
  usual: readonly number[],
): { memory: number; seen: number; levels: number[] } {
  const [memory, total, weight] = state as [number, number, number];
  const counts = state.slice(head);
  const levels: number[] = [];
  for (let k = 0; k < usual.length; k++) {
    const last = levels.at(-1) ?? -Infinity;
    const wanted = total * shares[k]!;
    const least = last + 0.01 * (usual[k]! - (usual[k - 1] ?? 0));
    const level = wanted < enough * weight ? last + usual[k]! - (usual[k - 1] ?? 0) : levelOf(counts, wanted);
    levels.push(Number.isFinite(level) ? Math.max(level, least) : usual[k]!);
  }
  return { memory, seen: Math.round(total / weight), levels };
}

/** The score above which `wanted` of the counts lie. */
function levelOf(counts: readonly number[], wanted: number): number {
  let above = 0;
  let bin = bins;
  while (bin > 0 && above + counts[bin - 1]! < wanted) above += counts[--bin]!;
  const inside = bin > 0 ? (wanted - above) / counts[bin - 1]! : 0;
  return ((bin - inside) * highest) / bins;
}
