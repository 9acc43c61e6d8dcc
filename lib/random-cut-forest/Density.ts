import type { ForestState } from './ForestState';
import { TreeReader } from './TreeReader';

/** Keeps the density finite where equal points leave no volume: at most 1 / this. */
const leastVolume = 0.001;

/**
 * How densely the points remembered lie around a point, and on which side of it.
 *
 * The point's insertion is imagined, as for the score: each box that it lies outside of may part it, by a cut in some
 * dimension on some side. Where it would be parted it counts the points it is parted from, and how long the box and the
 * gap to it are in that dimension together. Expected count over expected volume is the density; the counts by dimension
 * and side share it out. Of a leaf equal to the point, the boxes are those of the others around it.
 *
 * The directional density of Guha et al. as the published library simulates it, with the count of an equal point's box
 * taken once. O(T (C + D log C)) at most; little of it among normal points, whose boxes are small.
 */
export class Density {
  private readonly tree: TreeReader;
  /** the way down, and subtrees still to be counted */
  private readonly path: Int32Array;
  private readonly open: Int32Array;
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  /** of one tree, each for HIGH and LOW of each value: expected points, probability, length of box and gap */
  private readonly points: Float64Array;
  private readonly chance: Float64Array;
  private readonly extent: Float64Array;

  constructor(private readonly state: ForestState) {
    const { capacity, width } = state;
    this.tree = new TreeReader(state);
    this.path = new Int32Array(capacity);
    this.open = new Int32Array(capacity);
    this.low = new Float64Array(width);
    this.high = new Float64Array(width);
    this.points = new Float64Array(2 * width);
    this.chance = new Float64Array(2 * width);
    this.extent = new Float64Array(2 * width);
  }

  /**
   * @param point in float32, less the origin
   * @param out HIGH and LOW of each value in turn: how much of the density lies below the point (it is high) and above it
   * @returns points per unit of volume, as a part of the sample; the sum of `out`
   */
  of(point: Float32Array, out: Float64Array): number {
    const { width } = this.state;
    const { trees } = this.tree;
    const chance = new Float64Array(2 * width);
    const extent = new Float64Array(2 * width);
    out.fill(0);
    for (let tree = 0; tree < trees; tree++) {
      this.throwInto(tree, point);
      for (let i = 0; i < out.length; i++) {
        out[i]! += this.points[i]! / trees;
        chance[i]! += this.chance[i]! / trees;
        extent[i]! += this.extent[i]! / trees;
      }
    }
    let volume = 0;
    for (let d = 0; d < width; d++) {
      const parted = chance[2 * d]! + chance[2 * d + 1]!;
      if (parted > 0) volume += parted * power((extent[2 * d]! + extent[2 * d + 1]!) / parted, width);
    }
    const count = sum(out);
    const part = count / this.state.size;
    const density = part / (leastVolume * part + volume);
    for (let i = 0; i < out.length; i++) out[i]! *= density / count;
    return density;
  }

  private throwInto(tree: number, point: Float32Array): void {
    const { chance, extent, low, high, path, points, tree: reader } = this;
    let levels = 0;
    let below = reader.root(tree);
    while (below >= 0) {
      path[levels++] = below;
      below = reader.childFor(below, point);
    }
    let mass = reader.mass(below);
    const row = reader.row(below);
    const equal = point.every((x, d) => x === reader.value(row, d));
    points.fill(equal ? (mass + 1) / points.length : 0);
    chance.fill(equal ? 1 / chance.length : 0);
    extent.fill(0);
    low.fill(Infinity);
    high.fill(-Infinity);
    if (!equal) {
      this.include(below);
      this.part(point, mass);
    }
    while (levels > 0) {
      const node = path[--levels]!;
      const sibling = reader.left(node) === below ? reader.right(node) : reader.left(node);
      this.include(sibling);
      mass += this.massOf(sibling);
      if (!this.part(point, mass)) return;
      below = node;
    }
  }

  /** Adds what is expected where the point is parted from the present box. @returns false if the box holds it */
  private part(point: Float32Array, mass: number): boolean {
    const { chance, extent, high, low, points } = this;
    let outside = 0;
    let range = 0;
    for (let d = 0; d < point.length; d++) {
      outside += Math.max(0, point[d]! - high[d]!, low[d]! - point[d]!);
      range += high[d]! - low[d]!;
    }
    if (outside === 0) return false;
    const stays = range / (range + outside);
    for (let d = 0; d < point.length; d++) {
      for (let side = 2 * d; side <= 2 * d + 1; side++) {
        const gap = Math.max(0, side === 2 * d ? point[d]! - high[d]! : low[d]! - point[d]!);
        const parted = gap / (range + outside);
        points[side] = stays * points[side]! + parted * (mass + 1);
        chance[side] = stays * chance[side]! + parted;
        extent[side] = stays * extent[side]! + parted * (gap + high[d]! - low[d]!);
      }
    }
    return true;
  }

  private include(link: number): void {
    const { low, high, tree } = this;
    for (let d = 0; d < low.length; d++) {
      low[d] = Math.min(low[d]!, tree.lowest(link, d));
      high[d] = Math.max(high[d]!, tree.highest(link, d));
    }
  }

  private massOf(link: number): number {
    const { open, tree } = this;
    let mass = 0;
    let ways = 0;
    open[ways++] = link;
    while (ways > 0) {
      let at = open[--ways]!;
      for (; at >= 0; at = tree.left(at)) open[ways++] = tree.right(at);
      mass += tree.mass(at);
    }
    return mass;
  }
}

/** Math.pow may differ in the last bit from engine to engine. */
function power(base: number, exponent: number): number {
  let product = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) product *= square;
    square *= square;
  }
  return product;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}
