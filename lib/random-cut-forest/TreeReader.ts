import type { ForestState } from './ForestState';

/**
 * Reads trees for everything that looks at a forest without changing it. Beside the kernel itself this is the only place
 * that knows how nodes lie in memory. Links are those of ForestState: >= 0 an inner node, < 0 the leaf ~link. Nothing is
 * kept between calls, for the memory may move when the forest learns.
 */
export class TreeReader {
  constructor(private readonly state: ForestState) {}

  /** Points in each tree; a tree of none has no root. */
  get size(): number {
    return this.state.size;
  }

  get trees(): number {
    return this.state.options.numberOfTrees;
  }

  /** Values in one point. */
  get width(): number {
    return this.state.width;
  }

  root(tree: number): number {
    return this.state.root[tree]!;
  }

  left(node: number): number {
    return this.state.node[4 * node]!;
  }

  right(node: number): number {
    return this.state.node[4 * node + 1]!;
  }

  cutDimension(node: number): number {
    return this.state.cutDimensionOf(node);
  }

  /** Values up to the cut go left. */
  cut(node: number): number {
    return this.state.cut[4 * node + 3]!;
  }

  /** The leaf that a point falls into. */
  leafOf(tree: number, point: Float32Array): number {
    let link = this.root(tree);
    while (link >= 0) link = this.childFor(link, point);
    return link;
  }

  /** The child of an inner node on the point's side of the cut. */
  childFor(node: number, point: Float32Array): number {
    return point[this.cutDimension(node)]! > this.cut(node) ? this.right(node) : this.left(node);
  }

  /** The lowest value of a dimension below a link. */
  lowest(link: number, dimension: number): number {
    if (link < 0) return this.value(this.row(link), dimension);
    return this.state.box[2 * link * this.state.stride + dimension]!;
  }

  /** The highest value of a dimension below a link. */
  highest(link: number, dimension: number): number {
    if (link < 0) return this.value(this.row(link), dimension);
    return this.state.box[(2 * link + 1) * this.state.stride + dimension]!;
  }

  /** How many equal points a leaf stands for. */
  mass(leaf: number): number {
    return this.state.leafMass[~leaf]!;
  }

  /** The row of the point store that holds a leaf's point. */
  row(leaf: number): number {
    return this.state.leafRow[~leaf]!;
  }

  /** A value of a stored point: float32, less the origin. */
  value(row: number, dimension: number): number {
    return this.state.point[row * this.state.stride + dimension]!;
  }

  /** How many points were offered to the forest after this one. */
  age(row: number): number {
    return (this.state.scalar[3]! - this.state.rowTime[row]!) >>> 0;
  }
}
