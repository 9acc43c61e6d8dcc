import { none, type ForestState } from './ForestState';
import { isLeaf, scoreTree } from './score';

/**
 * Shares the score of one tree out over dimensions and directions. Each box that might part the point gives its part of
 * the score to the dimensions in which the point lies outside, in proportion to how far: above the box to HIGH, below to
 * LOW. Adds `scale` times the parts to `out`, where dimension d has HIGH at 2d and LOW at 2d + 1; they sum to the
 * score that is returned, which is exactly scoreTree's.
 */
export class Attribution {
  /** the boxes that the point lies outside of, from the lowest up */
  private readonly path: Int32Array;
  private readonly outside: Float64Array;
  private readonly range: Float64Array;
  private readonly box: Float32Array;
  private readonly parts: Float64Array;

  constructor(private readonly state: ForestState) {
    this.path = new Int32Array(state.capacity);
    this.outside = new Float64Array(state.capacity);
    this.range = new Float64Array(state.capacity);
    this.box = new Float32Array(2 * state.width);
    this.parts = new Float64Array(2 * state.width);
  }

  tree(tree: number, query: Float32Array, scale: number, out: Float64Array): number {
    const { state, parts } = this;
    const { node, cut } = state;
    let link = state.root[tree]!;
    let depth = 0;
    while (link >= 0) {
      link = node[4 * link + (query[node[4 * link + 2]!]! > cut[4 * link + 3]! ? 1 : 0)]!;
      depth++;
    }
    const leaf = ~link;
    parts.fill(0);
    if (isLeaf(state, leaf, query)) this.siblings(tree, leaf, depth, query);
    else this.boxes(tree, leaf, depth, query);

    let sum = 0;
    for (let i = 0; i < parts.length; i++) sum += parts[i]!;
    const score = scoreTree(state, tree, query);
    // Where nothing tells the dimensions apart, as when all points are equal, they share alike.
    const share = sum > 0 ? (scale * score) / sum : 0;
    const alike = sum > 0 ? 0 : (scale * score) / parts.length;
    for (let i = 0; i < parts.length; i++) out[i] = out[i]! + share * parts[i]! + alike;
    return score;
  }

  /** Down from the highest box that does not hold the point, with the probability that no box above parted it. */
  private boxes(tree: number, leaf: number, depth: number, query: Float32Array): void {
    const { state, path, outside, range, parts } = this;
    const { box, nodeParent, leafParent, point, leafRow, width } = state;
    const base = tree * state.capacity;
    let levels = 0;
    for (let up = leafParent[leaf]!; up !== none; up = nodeParent[base + up]!) {
      this.measure(box, 2 * width * (base + up), query, levels);
      if (outside[levels] === 0) break;
      path[levels++] = base + up;
    }
    let reached = 1;
    for (let level = levels - 1; level >= 0; level--) {
      const whole = range[level]! + outside[level]!;
      addOutside(box, 2 * width * path[level]!, query, reached / (whole * (depth - level)), parts);
      reached *= range[level]! / whole;
    }
    const at = leafRow[leaf]! * width;
    let distance = 0;
    for (let d = 0; d < width; d++) distance += Math.abs(query[d]! - point[at + d]!);
    const share = reached / (distance * (depth + 1));
    for (let d = 0; d < width; d++) {
      const above = query[d]! - point[at + d]!;
      if (above > 0) parts[2 * d]! += share * above;
      else parts[2 * d + 1]! -= share * above;
    }
  }

  /**
   * A point that the tree holds lies inside every box above it. What tells it from the others shows when it is left out:
   * then the boxes are made of the siblings met on the way up.
   */
  private siblings(tree: number, leaf: number, leafDepth: number, query: Float32Array): void {
    const { state, box, outside, range, parts } = this;
    const { node, nodeParent, leafParent } = state;
    const base = tree * state.capacity;
    for (let d = 0; d < state.width; d++) {
      box[2 * d] = Infinity;
      box[2 * d + 1] = -Infinity;
    }
    let child = ~leaf;
    let depth = leafDepth;
    for (let up = leafParent[leaf]!; up !== none; up = nodeParent[base + up]!) {
      const left = node[4 * (base + up)]!;
      this.include(left === child ? node[4 * (base + up) + 1]! : left);
      this.measure(box, 0, query, 0);
      if (outside[0] === 0) break;
      const whole = range[0]! + outside[0]!;
      const stays = range[0]! / whole;
      for (let i = 0; i < parts.length; i++) parts[i]! *= stays;
      addOutside(box, 0, query, 1 / (whole * depth), parts);
      child = base + up;
      depth--;
    }
  }

  private include(link: number): void {
    const { state, box } = this;
    const { width } = state;
    const from = link >= 0 ? 2 * width * link : width * state.leafRow[~link]!;
    for (let d = 0; d < width; d++) {
      const lowest = link >= 0 ? state.box[from + 2 * d]! : state.point[from + d]!;
      const highest = link >= 0 ? state.box[from + 2 * d + 1]! : lowest;
      if (lowest < box[2 * d]!) box[2 * d] = lowest;
      if (highest > box[2 * d + 1]!) box[2 * d + 1] = highest;
    }
  }

  private measure(box: Float32Array, from: number, query: Float32Array, level: number): void {
    let outside = 0;
    let range = 0;
    for (let d = 0, lo = from; d < query.length; d++, lo += 2) {
      const x = query[d]!;
      if (x < box[lo]!) outside += box[lo]! - x;
      else if (x > box[lo + 1]!) outside += x - box[lo + 1]!;
      range += box[lo + 1]! - box[lo]!;
    }
    this.outside[level] = outside;
    this.range[level] = range;
  }
}

function addOutside(
  box: Float32Array,
  from: number,
  query: Float32Array,
  factor: number,
  parts: Float64Array,
): void {
  for (let d = 0, lo = from; d < query.length; d++, lo += 2) {
    const x = query[d]!;
    if (x > box[lo + 1]!) parts[2 * d]! += factor * (x - box[lo + 1]!);
    else if (x < box[lo]!) parts[2 * d + 1]! += factor * (box[lo]! - x);
  }
}
