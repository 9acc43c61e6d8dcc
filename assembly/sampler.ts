// Which points a tree remembers: lib/random-cut-forest/Sampler.ts.
import { exponential, exponentialBelow } from './mathematics';
import { capacity, heapKey, heapLeaf, next, scalar, setSize, size, trees } from './state';
import { insert, remove } from './trees';

/** Beyond this weight everything is scaled down; 2^40, a power of two, so that scaling is exact. */
export const heavy: f64 = 1099511627776.0;

/** Every tree takes the point of `row` while there is room. */
export function fill(row: i32, time: u32, weight: f64, total: f64): void {
  const points = size() + 1;
  for (let tree = 0; tree < trees; tree++) {
    const base = tree * capacity;
    const key = <f32>(exponential(tree) / weight);
    siftUp(base, points - 1, key, insert(tree, row, time, -1));
    if (points == capacity) drawNext(tree, total);
  }
  setSize(points);
}

/**
 * The tree takes the point of `row` in exchange for the one with the largest key.
 * @param found the leaf that the point falls into, if that is known, or -1
 */
export function accept(tree: i32, row: i32, time: u32, weight: f64, total: f64, found: i32): void {
  const base = tree * capacity;
  const largest = <f64>load<f32>(heapKey + ((<usize>base) << 2));
  // An exponential key of rate `weight`, on condition that it is below the largest.
  const key = <f32>(exponentialBelow(tree, weight * largest) / weight);
  const slot = <i32>load<u16>(heapLeaf + ((<usize>base) << 1));
  inline.always(remove(tree, slot));
  // A cut less on the way leads to the same leaf, unless it is that one which has gone.
  siftDown(base, key, insert(tree, row, time, found == base + slot ? -1 : found));
  drawNext(tree, total);
}

function drawNext(tree: i32, total: f64): void {
  const largest = <f64>load<f32>(heapKey + ((<usize>(tree * capacity)) << 2));
  store<f64>(next + ((<usize>tree) << 3), total + exponential(tree) / largest);
}

export function scaleDown(): void {
  store<f64>(scalar, load<f64>(scalar) / heavy);
  store<f64>(scalar, load<f64>(scalar, 8) / heavy, 8);
  for (let i: usize = 0; i < <usize>trees; i++) {
    store<f64>(next + (i << 3), load<f64>(next + (i << 3)) / heavy);
  }
  for (let i: usize = 0; i < <usize>(trees * capacity); i++) {
    store<f32>(heapKey + (i << 2), <f32>(<f64>load<f32>(heapKey + (i << 2)) * heavy));
  }
}

function set(entry: i32, key: f32, leaf: i32): void {
  store<f32>(heapKey + ((<usize>entry) << 2), key);
  store<u16>(heapLeaf + ((<usize>entry) << 1), leaf);
}

function keyOf(entry: i32): f32 {
  return load<f32>(heapKey + ((<usize>entry) << 2));
}

function leafOf(entry: i32): i32 {
  return <i32>load<u16>(heapLeaf + ((<usize>entry) << 1));
}

function siftUp(base: i32, from: i32, key: f32, leaf: i32): void {
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (keyOf(base + parent) >= key) break;
    set(base + at, keyOf(base + parent), leafOf(base + parent));
    at = parent;
  }
  set(base + at, key, leaf);
}

/** Down along the larger children, which needs no unforeseeable branch, then up to where the key belongs. */
function siftDown(base: i32, key: f32, leaf: i32): void {
  let at = 0;
  let child = 1;
  const last = capacity - 1;
  while (child < last) {
    child += i32(keyOf(base + child + 1) > keyOf(base + child));
    set(base + at, keyOf(base + child), leafOf(base + child));
    at = child;
    child = 2 * at + 1;
  }
  if (child == last) {
    set(base + at, keyOf(base + child), leafOf(base + child));
    at = child;
  }
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (keyOf(base + parent) > key) break;
    set(base + at, keyOf(base + parent), leafOf(base + parent));
    at = parent;
  }
  set(base + at, key, leaf);
}
