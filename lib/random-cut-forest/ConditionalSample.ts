import type { ForestState } from './ForestState';
import { TreeReader } from './TreeReader';

/**
 * What the forest remembers of points like one that is known in part. In each tree the known values lead down, and a cut
 * in a missing one leaves both ways open; of the leaves reached, the one nearest in the known values speaks for the
 * tree. Leaves equally near speak by their number of points: with nothing known at all, the tree's whole sample.
 *
 * Guha, Mishra, Roy and Schrijvers leave the choice open; the published library takes the leaf with the lowest anomaly
 * score. That prefers deep leaves, those in a crowd, and so makes the spread of the answers too small: of independent
 * values, 0.5 instead of 0.8 of them came to lie within the band that should hold 0.8. Distance needs no boxes either.
 *
 * Takes O(log C + L D) a tree of C points in D values, for L leaves reached: 1 with nothing missing, C with nothing known.
 */
export class ConditionalSample {
  /** leaves that were found */
  private rows = new Int32Array(256);
  private shares = new Float64Array(256);
  private count = 0;

  private readonly tree: TreeReader;
  /** links still to be followed; a way down leaves at most one open at each of its inner nodes */
  private readonly open: Int32Array;

  constructor(state: ForestState) {
    this.tree = new TreeReader(state);
    this.open = new Int32Array(state.capacity + 1);
  }

  /** How many leaves were found, in all trees. */
  get size(): number {
    return this.count;
  }

  /** The row of the point store that holds point `i` of those found. */
  row(i: number): number {
    return this.rows[i]!;
  }

  /** How much point `i` counts: the points of one tree together 1. */
  weight(i: number): number {
    return this.shares[i]!;
  }

  /** The points of all trees. @param point in float32, less the origin; NaN where a value is missing */
  find(point: Float32Array): void {
    this.count = 0;
    if (this.tree.size === 0) return;
    for (let tree = 0; tree < this.tree.trees; tree++) this.add(tree, point);
  }

  /**
   * One point of one tree, in proportion to their weights.
   * @param part from 0 to below 1; evenly spread parts give an even draw
   * @returns its row
   */
  pick(tree: number, point: Float32Array, part: number): number {
    this.count = 0;
    this.add(tree, point);
    let rest = part;
    let i = 0;
    while (i < this.count - 1 && rest >= this.shares[i]!) rest -= this.shares[i++]!;
    return this.rows[i]!;
  }

  private add(tree: number, point: Float32Array): void {
    const { open, tree: reader } = this;
    const first = this.count;
    let nearest = Infinity;
    let mass = 0;
    let ways = 0;
    open[ways++] = reader.root(tree);
    while (ways > 0) {
      let link = open[--ways]!;
      while (link >= 0) {
        const x = point[reader.cutDimension(link)]!;
        if (x !== x) open[ways++] = reader.right(link);
        link = x > reader.cut(link) ? reader.right(link) : reader.left(link);
      }
      const distance = this.distance(point, reader.row(link), nearest);
      if (distance > nearest) continue;
      if (distance < nearest) {
        nearest = distance;
        mass = 0;
        this.count = first;
      }
      mass += reader.mass(link);
      this.push(reader.row(link), reader.mass(link));
    }
    for (let i = first; i < this.count; i++) this.shares[i] = this.shares[i]! / mass;
  }

  /** How far a stored point lies from the known values, summed over them; anything above `enough` when it exceeds that. */
  private distance(point: Float32Array, row: number, enough: number): number {
    let sum = 0;
    for (let d = 0; d < point.length && sum <= enough; d++) {
      const x = point[d]!;
      if (x === x) sum += Math.abs(x - this.tree.value(row, d));
    }
    return sum;
  }

  private push(row: number, mass: number): void {
    if (this.count === this.rows.length) {
      const { rows, shares } = this;
      this.rows = new Int32Array(2 * rows.length);
      this.shares = new Float64Array(2 * rows.length);
      this.rows.set(rows);
      this.shares.set(shares);
    }
    this.rows[this.count] = row;
    this.shares[this.count++] = mass;
  }
}
