import { Boxes } from './Boxes';
import { empty, none, type ForestState } from './ForestState';
import { Measure } from './Measure';
import { NodeSlots } from './NodeSlots';
import { uniform } from './random';

/**
 * Puts points into the trees of a forest and takes them out, so that each tree stays distributed as if it had been built
 * from its present points at once: InsertPoint and ForgetPoint of Guha, Mishra, Roy and Schrijvers, "Robust Random Cut
 * Forest Based Anomaly Detection on Streams" (ICML 2016).
 */
export class CutTrees {
  private cutDimension = 0;
  private cutValue = 0;

  private readonly measure: Measure;
  /** the box looked at, or those of two siblings */
  private readonly left: Boxes;
  private readonly right: Boxes;
  private readonly slots: NodeSlots;

  constructor(private readonly state: ForestState) {
    this.measure = new Measure(state);
    this.left = new Boxes(state);
    this.right = new Boxes(state);
    this.slots = new NodeSlots(state);
  }

  /**
   * Puts the point of `row` into a tree; equal points share a leaf. The paper draws cuts from the root down and inserts at
   * the first that parts the point from a box. The draws are independent, so they may as well be made from the leaf up,
   * where one can stop at the first box that holds the point; the highest parting cut then wins.
   * @returns the leaf's slot
   */
  insert(tree: number, row: number): number {
    const { state } = this;
    const { node, cut, point, stride, leafRow, leafParent, streams, root } = state;
    const { measure } = this;
    const base = tree * state.capacity;
    const at = row * stride;
    let link = root[tree]!;
    if (link === empty) {
      const slot = this.newLeaf(tree, row, none);
      root[tree] = ~(base + slot);
      return slot;
    }
    while (link >= 0)
      link = node[4 * link + (point[at + (node[4 * link + 2]! & 0xffff)]! > cut[4 * link + 3]! ? 1 : 0)]!;
    const leaf = ~link;
    const apart = measure.leaf(leaf, point, at);
    if (apart === 0) {
      state.leafMass[leaf]!++;
      this.seeAgain(leafRow[leaf]!, row);
      return leaf - base;
    }

    this.cutFromLeaf(leafRow[leaf]! * stride, at, uniform(streams, tree) * apart);
    let below = link;
    let dimension = this.cutDimension;
    let value = this.cutValue;
    for (let up = leafParent[leaf]!; up !== none; up = state.parentOf(base + up)) {
      const index = base + up;
      measure.box(index, point, at);
      if (measure.outside === 0) break;
      const drawn = uniform(streams, tree) * (measure.range + measure.outside);
      if (drawn < measure.outside) {
        this.cutOutside(index, at, drawn);
        below = index;
        dimension = this.cutDimension;
        value = this.cutValue;
      }
    }
    return this.splice(tree, row, below, dimension, value);
  }

  /** Takes one point of a leaf out of a tree. */
  remove(tree: number, slot: number): void {
    const { state, slots } = this;
    const { node, leafParent, leafMass, leafRow, freeLeaf, root } = state;
    const base = tree * state.capacity;
    const leaf = base + slot;
    if (--leafMass[leaf]! > 0) return;
    state.releaseRow(leafRow[leaf]!);

    const parent = leafParent[leaf]!;
    leafParent[leaf] = freeLeaf[tree]!;
    freeLeaf[tree] = slot;
    if (parent === none) {
      root[tree] = empty;
      return;
    }
    const index = base + parent;
    const sibling = node[4 * index]! === ~leaf ? node[4 * index + 1]! : node[4 * index]!;
    const grandparent = state.parentOf(index);
    slots.setParent(sibling, grandparent);
    slots.replaceChild(tree, grandparent, index, sibling);
    slots.free(tree, parent);
    const above = slots.undress(tree, grandparent);
    for (let up = above; up !== none; up = state.parentOf(base + up)) {
      const low = state.boxAt(base + up);
      if (low >= 0 && !this.shrinkBox(base + up, low)) break;
    }
  }

  /** Puts a new inner node between `below` and its parent, with the new leaf on the other side of the cut. */
  private splice(tree: number, row: number, below: number, dimension: number, value: number): number {
    const { state, slots, left } = this;
    const { node, cut, box, point, stride, leafParent } = state;
    const base = tree * state.capacity;
    const at = row * stride;
    const above = slots.dress(tree, below >= 0 ? state.parentOf(below) : leafParent[~below]!);
    const slot = slots.take(tree, below < 0);
    const index = base + slot;
    const leaf = this.newLeaf(tree, row, slot);

    const goesLeft = point[at + dimension]! <= value;
    node[4 * index] = goesLeft ? ~(base + leaf) : below;
    node[4 * index + 1] = goesLeft ? below : ~(base + leaf);
    node[4 * index + 2] = (above << 16) | dimension;
    cut[4 * index + 3] = value;
    slots.replaceChild(tree, above, below, index);
    slots.setParent(below, slot);

    const to = state.boxAt(index);
    if (to >= 0) {
      left.find(below);
      for (let d = 0; d < stride; d++) {
        box[to + d] = left.values[left.low + d]!;
        box[to + stride + d] = left.values[left.high + d]!;
      }
      this.growBox(to, at);
    }
    for (let up = above; up !== none; up = state.parentOf(base + up)) {
      const low = state.boxAt(base + up);
      if (low < 0) up = slots.dress(tree, up);
      else if (!this.growBox(low, at)) break;
    }
    return leaf;
  }

  private newLeaf(tree: number, row: number, parent: number): number {
    const { state } = this;
    const slot = state.freeLeaf[tree]!;
    const leaf = tree * state.capacity + slot;
    state.freeLeaf[tree] = state.leafParent[leaf]!;
    state.leafParent[leaf] = parent;
    state.leafRow[leaf] = row;
    state.leafMass[leaf] = 1;
    state.rowUse[row]!++;
    return slot;
  }

  /** A row is as young as its latest point, whatever the order in which trees learn of them. */
  private seeAgain(row: number, again: number): void {
    const { rowTime } = this.state;
    if (((rowTime[again]! - rowTime[row]!) | 0) > 0) rowTime[row] = rowTime[again]!;
  }

  /** Enlarges the box at `low` to hold the point. @returns false if it held it already, as all boxes above it do */
  private growBox(low: number, at: number): boolean {
    const { box, point, stride, width } = this.state;
    let changed = false;
    for (let d = 0; d < width; d++) {
      const x = point[at + d]!;
      if (x < box[low + d]!) {
        box[low + d] = x;
        changed = true;
      }
      if (x > box[low + stride + d]!) {
        box[low + stride + d] = x;
        changed = true;
      }
    }
    return changed;
  }

  /** Makes a box as small as its two children allow. @returns false if it was so already, as all boxes above it are */
  private shrinkBox(index: number, low: number): boolean {
    const { left, right } = this;
    const { node, box, stride, width } = this.state;
    left.find(node[4 * index]!);
    right.find(node[4 * index + 1]!);
    let changed = false;
    for (let d = 0; d < width; d++) {
      const lowest = Math.min(left.values[left.low + d]!, right.values[right.low + d]!);
      const highest = Math.max(left.values[left.high + d]!, right.values[right.high + d]!);
      if (lowest !== box[low + d]!) {
        box[low + d] = lowest;
        changed = true;
      }
      if (highest !== box[low + stride + d]!) {
        box[low + stride + d] = highest;
        changed = true;
      }
    }
    return changed;
  }

  /** The cut that a draw in (0, distance) means between two points. */
  private cutFromLeaf(other: number, at: number, drawn: number): void {
    const { point, width } = this.state;
    let rest = drawn;
    for (let d = 0; d < width; d++) {
      const x = point[at + d]!;
      const y = point[other + d]!;
      if (x === y) continue;
      this.setCut(d, Math.min(x, y), Math.max(x, y), rest);
      rest -= Math.abs(x - y);
      if (rest < 0) return;
    }
  }

  /** The cut that a draw in (0, outside) means between a box and a point. */
  private cutOutside(index: number, at: number, drawn: number): void {
    const { point, width } = this.state;
    this.left.find(index);
    const { values, low, high } = this.left;
    let rest = drawn;
    for (let d = 0; d < width; d++) {
      const x = point[at + d]!;
      const lowest = values[low + d]!;
      const highest = values[high + d]!;
      if (x >= lowest && x <= highest) continue;
      const from = x < lowest ? x : highest;
      const to = x < lowest ? lowest : x;
      this.setCut(d, from, to, rest);
      rest -= to - from;
      if (rest < 0) return;
    }
  }

  /** Rounding to float32 must not move the cut out of [from, to), or it would part nothing. */
  private setCut(dimension: number, from: number, to: number, above: number): void {
    const value = Math.fround(from + above);
    this.cutDimension = dimension;
    this.cutValue = value < to ? value : from;
  }
}
