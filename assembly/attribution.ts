// Shares the score of a tree out over values and directions: lib/random-cut-forest/attribution.ts.
import { distances, measure, apart } from './measure';
import { boxOf, capacity, node, none, parentOf, parentOfLeaf, pointBytes, pointOf, width } from './state';
import { climbRecording, levels } from './walk';
import { pathNode, pathOutside, pathRange, treeBox, treeParts } from './workspace';

/** Adds the parts of a tree's score to `out`. @returns the score */
export function explain(tree: i32, leaf: i32, depth: i32, at: usize, out: usize): f64 {
  const score = climbRecording(tree, leaf, depth, at);
  if (levels < 0) siblings(tree, leaf, depth, at, score, out);
  else boxes(leaf, depth, at, out);
  return score;
}

/** Down from the highest box that does not hold the point, with the probability that no box above parted it. */
function boxes(leaf: i32, depth: i32, at: usize, out: usize): void {
  let reached: f64 = 1;
  for (let level = levels - 1; level >= 0; level--) {
    const place = (<usize>level) << 2;
    const range = <f64>load<f32>(pathRange + place);
    const whole = range + <f64>load<f32>(pathOutside + place);
    const low = boxOf(load<i32>(pathNode + place));
    addOutside(low, low + pointBytes, at, reached / (whole * <f64>(depth - level)), out);
    reached *= range / whole;
  }
  const other = pointOf(leaf);
  addOutside(other, other, at, reached / (<f64>apart(at, other) * <f64>(depth + 1)), out);
}

/** Adds to `out` how far a point lies outside a box in each dimension and direction, times `factor`. */
function addOutside(low: usize, high: usize, at: usize, factor: f64, out: usize): void {
  const bytes = pointBytes;
  if (bytes < 16) {
    for (let d: usize = 0; d < bytes; d += 4) {
      const x = load<f32>(at + d);
      const highest = load<f32>(high + d);
      const lowest = load<f32>(low + d);
      const to = out + (d << 1);
      if (x > highest) store<f64>(to, load<f64>(to) + factor * <f64>(x - highest));
      else if (x < lowest) {
        const below = to + (bytes << 1);
        store<f64>(below, load<f64>(below) + factor * <f64>(lowest - x));
      }
    }
    return;
  }
  const zero = f32x4.splat(0);
  const share = f64x2.splat(factor);
  const end = at + bytes;
  const lows = bytes << 1;
  do {
    const x = v128.load(at);
    addFour(out, f32x4.pmax(f32x4.sub(x, v128.load(high)), zero), share);
    addFour(out + lows, f32x4.pmax(f32x4.sub(v128.load(low), x), zero), share);
    at += 16;
    low += 16;
    high += 16;
    out += 32;
  } while (at < end);
}

function addFour(to: usize, amounts: v128, share: v128): void {
  if (!v128.any_true(amounts)) return;
  const first = f64x2.promote_low_f32x4(amounts);
  const second = f64x2.promote_low_f32x4(v128.shuffle<f32>(amounts, amounts, 2, 3, 2, 3));
  v128.store(to, f64x2.add(v128.load(to), f64x2.mul(share, first)));
  v128.store(to, f64x2.add(v128.load(to, 16), f64x2.mul(share, second)), 16);
}

/** A point that the tree holds is told from the others by the boxes of the siblings met on the way up. */
function siblings(tree: i32, leaf: i32, leafDepth: i32, at: usize, score: f64, out: usize): void {
  const bytes = pointBytes;
  const base = tree * capacity;
  const places = bytes >> 1; // of f64, for both directions
  memory.fill(treeParts, 0, places << 3);
  memory.fill(treeBox, 0, bytes << 1);
  for (let d: usize = 0; d < (<usize>width) << 2; d += 4) {
    store<f32>(treeBox + d, Infinity);
    store<f32>(treeBox + bytes + d, -Infinity);
  }
  let child = ~leaf;
  let depth = leafDepth;
  let up = parentOfLeaf(leaf);
  while (up != none) {
    const record = node + ((<usize>(base + <i32>up)) << 4);
    const left = load<i32>(record);
    include(left == child ? load<i32>(record, 4) : left);
    const measured = measure(treeBox, at);
    const outside = <f64>f32x4.extract_lane(measured, 0);
    if (outside == 0) break;
    const range = <f64>f32x4.extract_lane(measured, 2);
    const whole = range + outside;
    const stays = range / whole;
    for (let i: usize = 0; i < places; i++) {
      store<f64>(treeParts + (i << 3), load<f64>(treeParts + (i << 3)) * stays);
    }
    addOutside(treeBox, treeBox + bytes, at, 1 / (whole * <f64>depth), treeParts);
    child = base + <i32>up;
    depth--;
    up = parentOf(base + <i32>up);
  }
  let sum: f64 = 0;
  for (let i: usize = 0; i < places; i++) sum += load<f64>(treeParts + (i << 3));
  const share = sum > 0 ? score / sum : 0;
  const alike = sum > 0 ? 0 : score / <f64>(2 * width);
  const lows = bytes << 1;
  for (let d: usize = 0; d < (<usize>width) << 3; d += 8) {
    store<f64>(out + d, load<f64>(out + d) + (share * load<f64>(treeParts + d) + alike));
    store<f64>(out + lows + d, load<f64>(out + lows + d) + (share * load<f64>(treeParts + lows + d) + alike));
  }
}

function include(link: i32): void {
  const bytes = pointBytes;
  const low = link >= 0 ? boxOf(link) : pointOf(~link);
  const high = link >= 0 ? low + bytes : low;
  for (let d: usize = 0; d < (<usize>width) << 2; d += 4) {
    if (load<f32>(low + d) < load<f32>(treeBox + d)) store<f32>(treeBox + d, load<f32>(low + d));
    if (load<f32>(high + d) > load<f32>(treeBox + bytes + d))
      store<f32>(treeBox + bytes + d, load<f32>(high + d));
  }
}
