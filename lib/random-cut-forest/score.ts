import { none, type ForestState } from './ForestState';
import { Measure } from './Measure';

/**
 * How far above a box its point is met, in expectation, when the point's insertion is imagined: the score of one tree
 * before it is put on the published scale by log2(points + 1). About 1 / depth for a point among others, 1 / 1 for one
 * that the first cut parts from all.
 *
 * A box that the point lies outside of parts it with probability p = outside / (range + outside), and then the point
 * would have become a leaf one below the box. Boxes above the first one that holds the point hold it too, so the walk
 * starts at the leaf and seldom gets far. What was met on it stays to be read.
 */
export class TreeWalk {
  /** the leaf that the point falls into, and how many cuts lie above it */
  leaf = 0;
  depth = 0;
  /** whether the leaf's point is the very same; then `levels` is 0 */
  seen = false;
  /** how many boxes the point lies outside of, from the leaf's parent up */
  levels = 0;
  /** for each of them: node, range and outside */
  readonly path: Int32Array;
  readonly range: Float32Array;
  readonly outside: Float32Array;
  private readonly measure: Measure;

  constructor(private readonly state: ForestState) {
    this.measure = new Measure(state);
    this.path = new Int32Array(state.capacity);
    this.range = new Float32Array(state.capacity);
    this.outside = new Float32Array(state.capacity);
  }

  /** @returns the score of the point in the tree, which is not empty */
  score(tree: number, points: Float32Array, at: number): number {
    const { state, measure } = this;
    const { node, cut, leafParent } = state;
    const base = tree * state.capacity;
    let link = state.root[tree]!;
    let depth = 0;
    while (link >= 0) {
      const record = link << 2;
      link = node[points[at + (node[record + 2]! & 0xffff)]! > cut[record + 3]! ? record + 1 : record]!;
      depth++;
    }
    const leaf = ~link;
    this.leaf = leaf;
    this.depth = depth;
    this.levels = 0;
    this.seen = this.isLeaf(leaf, points, at);
    if (this.seen) return this.seenScore(leaf, depth);

    let score = 1 / (depth + 1);
    for (let up = leafParent[leaf]!; up !== none; up = state.parentOf(base + up)) {
      measure.box(base + up, points, at);
      const { outside, range } = measure;
      if (outside === 0) break;
      const parted = outside / (range + outside);
      score = parted / depth + (1 - parted) * score;
      depth--;
      this.path[this.levels] = base + up;
      this.range[this.levels] = range;
      this.outside[this.levels] = outside;
      this.levels++;
    }
    return score;
  }

  private isLeaf(leaf: number, points: Float32Array, at: number): boolean {
    const { point, width, stride } = this.state;
    const other = this.state.leafRow[leaf]! * stride;
    for (let d = 0; d < width; d++) if (point[other + d] !== points[at + d]) return false;
    return true;
  }

  /** Of a point that the tree holds already: the deeper and the more often, the lower. */
  private seenScore(leaf: number, depth: number): number {
    const mass = this.state.leafMass[leaf]!;
    return (1 - mass / (2 * this.state.size)) / (depth + this.state.log2[mass]!);
  }
}
