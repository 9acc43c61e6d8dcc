import type { CutTrees } from './CutTrees';
import type { ForestState } from './ForestState';
import { exponential, exponentialBelow } from './random';

/** Beyond this weight everything is scaled down; a power of two, so that scaling is exact. */
const heavy = 2 ** 40;

/**
 * Which points a tree remembers: a sample without replacement in which a point of age a weighs exp(-a / timeDecay).
 *
 * Each point gets the key -ln(u)/w and the smallest keys stay (Efraimidis and Spirakis, "Weighted random sampling with a
 * reservoir", 2006). Weights grow with time instead of falling with age, which leaves the keys of old points alone. Once
 * the sample is full, a tree need not draw for each point: the sum of weights up to its next acceptance is exponential,
 * so it is drawn once (their A-ExpJ), and a rejected point costs one comparison.
 */
export class Sampler {
  constructor(
    private readonly state: ForestState,
    private readonly trees: CutTrees,
  ) {}

  /** Offers the point at `points[at]` to every tree. A row of the point store must have been reserved. */
  offer(points: Float32Array, at: number): void {
    const { state } = this;
    const { scalar } = state;
    if (scalar[1]! > heavy) this.scaleDown();
    const weight = scalar[1]! * (scalar[3] === 0 ? 1 : scalar[4]!);
    scalar[0] = scalar[0]! + weight;
    scalar[1] = weight;
    scalar[3] = scalar[3]! + 1;
    if (state.size < state.capacity) this.fill(points, at, weight);
    else this.jump(points, at, weight);
  }

  /** Every tree takes the point while there is room. */
  private fill(points: Float32Array, at: number, weight: number): void {
    const { state, trees } = this;
    const { streams, capacity, heapKey, heapLeaf } = state;
    const row = this.store(points, at);
    const size = state.size + 1;
    for (let tree = 0; tree < state.options.numberOfTrees; tree++) {
      const base = tree * capacity;
      heapKey[base + size - 1] = exponential(streams, tree) / weight;
      heapLeaf[base + size - 1] = trees.insert(tree, row);
      this.siftUp(base, size - 1);
      if (size === capacity) this.drawNext(tree);
    }
    // Trees that held an equal point already need no row for it.
    state.releaseRow(row);
    state.size = size;
  }

  /** The trees whose turn it is take the point in exchange for the one with the largest key. */
  private jump(points: Float32Array, at: number, weight: number): void {
    const { state, trees } = this;
    const { next, scalar, streams, heapKey, heapLeaf, capacity } = state;
    const total = scalar[0]!;
    let row = -1;
    for (let tree = 0; tree < next.length; tree++) {
      if (total < next[tree]!) continue;
      if (row < 0) row = this.store(points, at);
      const top = tree * capacity;
      // An exponential key of rate `weight`, on condition that it is below the largest.
      const key = exponentialBelow(streams, tree, weight * heapKey[top]!) / weight;
      trees.remove(tree, heapLeaf[top]!);
      heapKey[top] = key;
      heapLeaf[top] = trees.insert(tree, row);
      this.siftDown(top);
      this.drawNext(tree);
    }
    if (row >= 0) state.releaseRow(row);
  }

  private store(points: Float32Array, at: number): number {
    const { state } = this;
    const row = state.takeRow();
    for (let d = 0; d < state.stride; d++) state.point[row * state.stride + d] = points[at + d]!;
    return row;
  }

  private drawNext(tree: number): void {
    const { state } = this;
    const largest = state.heapKey[tree * state.capacity]!;
    state.next[tree] = state.scalar[0]! + exponential(state.streams, tree) / largest;
  }

  private scaleDown(): void {
    const { scalar, next, heapKey } = this.state;
    scalar[0] = scalar[0]! / heavy;
    scalar[1] = scalar[1]! / heavy;
    for (let i = 0; i < next.length; i++) next[i] = next[i]! / heavy;
    for (let i = 0; i < heapKey.length; i++) heapKey[i] = heapKey[i]! * heavy;
  }

  private siftUp(base: number, from: number): void {
    const { heapKey, heapLeaf } = this.state;
    const key = heapKey[base + from]!;
    const leaf = heapLeaf[base + from]!;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heapKey[base + parent]! >= key) break;
      heapKey[base + at] = heapKey[base + parent]!;
      heapLeaf[base + at] = heapLeaf[base + parent]!;
      at = parent;
    }
    heapKey[base + at] = key;
    heapLeaf[base + at] = leaf;
  }

  private siftDown(base: number): void {
    const { heapKey, heapLeaf, capacity } = this.state;
    const key = heapKey[base]!;
    const leaf = heapLeaf[base]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= capacity) break;
      if (child + 1 < capacity && heapKey[base + child + 1]! > heapKey[base + child]!) child++;
      if (heapKey[base + child]! <= key) break;
      heapKey[base + at] = heapKey[base + child]!;
      heapLeaf[base + at] = heapLeaf[base + child]!;
      at = child;
    }
    heapKey[base + at] = key;
    heapLeaf[base + at] = leaf;
  }
}
