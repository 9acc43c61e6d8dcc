import type { ForestState } from './ForestState';
import { TreeReader } from './TreeReader';

/** A point that the forest remembers. */
export interface Neighbour {
  /** its values, oldest record of the shingle first, accurate to float32 */
  readonly values: Float64Array;
  /** the sum of the absolute differences */
  readonly distance: number;
  /** how many trees say that this is the nearest they have */
  readonly trees: number;
  /** how many records ago a point like this, and in the sample, was seen last; 0 is the latest */
  readonly age: number;
}

/**
 * The points that share their leaf with this one, one for each tree; equal ones are told as one. Trees cut where data
 * differ, so these are near, though none need be the very nearest of all. O(T (log C + D) + T log T).
 * @param point in float32, less the origin
 * @returns nearest first
 */
export function neighboursOf(state: ForestState, point: Float32Array): Neighbour[] {
  const tree = new TreeReader(state);
  if (tree.size === 0) return [];
  const { origin } = state;
  const found = new Map<string, Neighbour>();
  for (let t = 0; t < tree.trees; t++) {
    const row = tree.row(tree.leafOf(t, point));
    const values = Float64Array.from(point, (_, d) => tree.value(row, d) + origin[d % origin.length]!);
    const key = values.join();
    const before = found.get(key);
    found.set(key, {
      values,
      distance: before?.distance ?? distance(tree, row, point),
      trees: (before?.trees ?? 0) + 1,
      age: Math.min(before?.age ?? Infinity, tree.age(row)),
    });
  }
  return [...found.values()].sort((a, b) => a.distance - b.distance || a.age - b.age);
}

function distance(tree: TreeReader, row: number, point: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < point.length; d++) sum += Math.abs(point[d]! - tree.value(row, d));
  return sum;
}
