import { none, type ForestState } from './ForestState';
import { Measure } from './Measure';
import { TreeWalk } from './score';

/**
 * Shares the score of one tree out over dimensions and directions. Each box that might part the point gives its part of
 * the score to the dimensions in which the point lies outside, in proportion to how far: above the box to HIGH, below to
 * LOW. Parts are added to `out`, HIGH of dimension d at d and LOW at stride + d.
 */
export class Attribution {
  readonly walk: TreeWalk;
  private readonly measure: Measure;
  /** for a point that the tree holds: the box around its siblings so far, and its parts in this tree */
  private readonly box: Float32Array;
  private readonly parts: Float64Array;

  constructor(private readonly state: ForestState) {
    this.walk = new TreeWalk(state);
    this.measure = new Measure(state);
    this.box = new Float32Array(2 * state.stride);
    this.parts = new Float64Array(2 * state.stride);
  }

  /** @returns the score, exactly that of the walk; the parts added sum to it but for rounding */
  tree(tree: number, points: Float32Array, at: number, out: Float64Array): number {
    const score = this.walk.score(tree, points, at);
    if (this.walk.seen) this.siblings(tree, points, at, score, out);
    else this.boxes(points, at, out);
    return score;
  }

  /** Down from the highest box that does not hold the point, with the probability that no box above parted it. */
  private boxes(points: Float32Array, at: number, out: Float64Array): void {
    const { state, walk, measure } = this;
    const { stride } = state;
    let reached = 1;
    for (let level = walk.levels - 1; level >= 0; level--) {
      const range = walk.range[level]!;
      const whole = range + walk.outside[level]!;
      const share = reached / (whole * (walk.depth - level));
      addOutside(state.box, 2 * stride * walk.path[level]!, stride, points, at, share, out);
      reached *= range / whole;
    }
    const share = reached / (measure.leaf(walk.leaf, points, at) * (walk.depth + 1));
    const other = state.leafRow[walk.leaf]! * stride;
    for (let d = 0; d < stride; d++) {
      const above = Math.fround(points[at + d]! - state.point[other + d]!);
      if (above > 0) out[d]! += share * above;
      else if (above < 0) out[stride + d]! -= share * above;
    }
  }

  /**
   * A point that the tree holds lies inside every box above it. What tells it from the others shows when it is left out:
   * then the boxes are made of the siblings met on the way up.
   */
  private siblings(tree: number, points: Float32Array, at: number, score: number, out: Float64Array): void {
    const { state, box, parts, walk, measure } = this;
    const { node, leafParent, stride, width } = state;
    const base = tree * state.capacity;
    parts.fill(0);
    for (let d = 0; d < width; d++) {
      box[d] = Infinity;
      box[stride + d] = -Infinity;
    }
    let child = ~walk.leaf;
    let { depth } = walk;
    for (let up = leafParent[walk.leaf]!; up !== none; up = state.parentOf(base + up)) {
      const left = node[4 * (base + up)]!;
      this.include(left === child ? node[4 * (base + up) + 1]! : left);
      measure.boxIn(box, 0, points, at);
      const { range, outside } = measure;
      if (outside === 0) break;
      const whole = range + outside;
      const stays = range / whole;
      for (let i = 0; i < parts.length; i++) parts[i]! *= stays;
      addOutside(box, 0, stride, points, at, 1 / (whole * depth), parts);
      child = base + up;
      depth--;
    }
    let sum = 0;
    for (let i = 0; i < parts.length; i++) sum += parts[i]!;
    // Where nothing tells the dimensions apart, as when all points are equal, they share alike.
    const share = sum > 0 ? score / sum : 0;
    const alike = sum > 0 ? 0 : score / (2 * width);
    for (let d = 0; d < width; d++) {
      out[d]! += share * parts[d]! + alike;
      out[stride + d]! += share * parts[stride + d]! + alike;
    }
  }

  private include(link: number): void {
    const { state, box } = this;
    const { stride, width } = state;
    const values = link >= 0 ? state.box : state.point;
    const low = stride * (link >= 0 ? 2 * link : state.leafRow[~link]!);
    const high = link >= 0 ? low + stride : low;
    for (let d = 0; d < width; d++) {
      if (values[low + d]! < box[d]!) box[d] = values[low + d]!;
      if (values[high + d]! > box[stride + d]!) box[stride + d] = values[high + d]!;
    }
  }
}

/** Adds to `out` how far a point lies outside a box in each dimension and direction, times `factor`. */
function addOutside(
  boxes: Float32Array,
  low: number,
  stride: number,
  points: Float32Array,
  at: number,
  factor: number,
  out: Float64Array,
): void {
  for (let d = 0; d < stride; d++) {
    const x = points[at + d]!;
    const lowest = boxes[low + d]!;
    const highest = boxes[low + stride + d]!;
    if (x > highest) out[d]! += factor * Math.fround(x - highest);
    else if (x < lowest) out[stride + d]! += factor * Math.fround(lowest - x);
  }
}
