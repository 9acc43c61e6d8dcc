import { none, type ForestState } from './ForestState';

/** Outside a box by less than this part of its range counts as inside: the sums below may be off by rounding. */
const negligible = 1e-9;

/**
 * How far above a box its point is met, in expectation, when the point's insertion is imagined: the score of one tree
 * before it is put on the published scale by log2(points + 1). About 1 / depth for a point among others, 1 / 1 for one
 * that the first cut parts from all.
 *
 * A box that the point lies outside of parts it with probability p = outside / (range + outside), and then the point
 * would have become a leaf one below the box. Boxes above the first one that holds the point hold it too, so the walk
 * starts at the leaf and seldom gets far.
 */
export function scoreTree(state: ForestState, tree: number, query: Float32Array): number {
  const { node, cut, box, width, nodeParent, leafParent } = state;
  const base = tree * state.capacity;
  let link = state.root[tree]!;
  let depth = 0;
  while (link >= 0) {
    const at = link << 2;
    link = node[query[node[at + 2]!]! > cut[at + 3]! ? at + 1 : at]!;
    depth++;
  }
  const leaf = ~link;
  if (isLeaf(state, leaf, query)) return seenScore(state, leaf, depth);

  let score = 1 / (depth + 1);
  for (let up = leafParent[leaf]!; up !== none; up = nodeParent[base + up]!) {
    const from = 2 * width * (base + up);
    // |x - lo| + |x - hi| is the range, plus twice the distance if x lies outside: no branch to mispredict.
    let reach = 0;
    let range = 0;
    for (let d = 0, lo = from; d < width; d++, lo += 2) {
      const x = query[d]!;
      const lowest = box[lo]!;
      const highest = box[lo + 1]!;
      reach += Math.abs(x - lowest) + Math.abs(x - highest);
      range += highest - lowest;
    }
    const outside = (reach - range) / 2;
    if (outside <= negligible * range) break;
    const parted = outside / (range + outside);
    score = parted / depth + (1 - parted) * score;
    depth--;
  }
  return score;
}

export function isLeaf(state: ForestState, leaf: number, query: Float32Array): boolean {
  const { point, width } = state;
  const at = state.leafRow[leaf]! * width;
  for (let d = 0; d < width; d++) if (point[at + d] !== query[d]) return false;
  return true;
}

/** Of a point that the tree holds already: the deeper and the more often, the lower. */
function seenScore(state: ForestState, leaf: number, depth: number): number {
  const mass = state.leafMass[leaf]!;
  return (1 - mass / (2 * state.size)) / (depth + state.log2[mass]!);
}
