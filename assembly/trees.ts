// Points into trees and out of them: lib/random-cut-forest/CutTrees.ts with the same draws and the same bits.
import { uniform } from './mathematics';
import { boxOf, highOf, lowOf } from './boxes';
import { apart, measure } from './measure';
import { releaseRow, seeAgain, useRow } from './rows';
import { dress, freeSlot, replaceChild, setParent, takeSlot, undress } from './slots';
import {
  capacity,
  empty,
  freeLeaf,
  isBare,
  leafMass,
  leafParent,
  node,
  none,
  parentOf,
  parentOfLeaf,
  point,
  pointBytes,
  pointOf,
  root,
  rowOf,
  setRowOf,
  width,
} from './state';
import { bareBox } from './workspace';

let cutDimension: i32;
let cutValue: f32;

/**
 * Puts the point of `row` into a tree.
 * @param time which of the points offered it is
 * @param found the leaf that it falls into, if that is known, or -1
 * @returns the leaf's slot
 */
export function insert(tree: i32, row: i32, time: u32, found: i32): i32 {
  const base = tree * capacity;
  const at = point + <usize>row * pointBytes;
  const nodes = node;
  const above = root + ((<usize>tree) << 2);
  const first = load<i32>(above);
  if (first == empty) {
    const slot = newLeaf(tree, row, none);
    store<i32>(above, ~(base + slot));
    return slot;
  }
  let link = found < 0 ? first : ~found;
  while (link >= 0) {
    const record = nodes + ((<usize>link) << 4);
    const x = load<f32>(at + ((<usize>load<u16>(record, 8)) << 2));
    link = load<i32>(record + ((<usize>(x > load<f32>(record, 12))) << 2));
  }
  const leaf = ~link;
  const other = pointOf(leaf);
  const distance = apart(other, at);
  if (distance == 0) {
    const mass = leafMass + ((<usize>leaf) << 1);
    store<u16>(mass, load<u16>(mass) + 1);
    seeAgain(rowOf(leaf), time);
    return leaf - base;
  }

  // The highest cut that is drawn is made; where it is, is worked out for that one alone.
  let below = link;
  let drawn = uniform(tree) * <f64>distance;
  let up = parentOfLeaf(leaf);
  while (up != none) {
    const index = base + <i32>up;
    const low = inline.always(lowOf(tree, index, bareBox));
    const measured = inline.always(measure(low, at));
    const outside = f32x4.extract_lane(measured, 0);
    if (outside == 0) break;
    const there = uniform(tree) * (<f64>f32x4.extract_lane(measured, 2) + <f64>outside);
    if (there < <f64>outside) {
      below = index;
      drawn = there;
    }
    up = parentOf(index);
  }
  if (below < 0) cutFromLeaf(other, at, drawn);
  else cutOutside(lowOf(tree, below, bareBox), at, drawn);
  return inline.always(splice(tree, row, below, cutDimension, cutValue));
}

/** Takes one point of a leaf out of a tree. */
export function remove(tree: i32, slot: i32): void {
  const base = tree * capacity;
  const leaf = base + slot;
  const mass = leafMass + ((<usize>leaf) << 1);
  const left = <i32>load<u16>(mass) - 1;
  store<u16>(mass, left);
  if (left > 0) return;
  const at = pointOf(leaf);
  releaseRow(rowOf(leaf));

  const link = leafParent + ((<usize>leaf) << 1);
  const parent = <u32>load<u16>(link);
  const free = freeLeaf + ((<usize>tree) << 1);
  store<u16>(link, load<u16>(free));
  store<u16>(free, slot);
  if (parent == none) {
    store<i32>(root + ((<usize>tree) << 2), empty);
    return;
  }
  const index = base + <i32>parent;
  const record = node + ((<usize>index) << 4);
  const first = load<i32>(record);
  const sibling = first == ~leaf ? load<i32>(record, 4) : first;
  const grandparent = parentOf(index);
  setParent(sibling, grandparent);
  replaceChild(tree, grandparent, index, sibling);
  freeSlot(tree, parent);
  let up = undress(tree, grandparent);
  while (up != none) {
    if (!isBare(up) && !(touches(boxOf(tree, up), at) && inline.always(shrinkBox(tree, up)))) break;
    up = parentOf(base + <i32>up);
  }
}

/** Puts a new inner node between `below` and its parent, with the new leaf on the other side of the cut. */
function splice(tree: i32, row: i32, below: i32, dimension: i32, value: f32): i32 {
  const base = tree * capacity;
  const at = point + <usize>row * pointBytes;
  const above = dress(tree, below >= 0 ? parentOf(below) : parentOfLeaf(~below));
  const slot = takeSlot(tree, below < 0);
  const index = base + <i32>slot;
  const leaf = newLeaf(tree, row, slot);

  const goesLeft = load<f32>(at + ((<usize>dimension) << 2)) <= value;
  const record = node + ((<usize>index) << 4);
  const link = ~(base + leaf);
  store<i32>(record, goesLeft ? link : below);
  store<i32>(record, goesLeft ? below : link, 4);
  store<u16>(record, dimension, 8);
  store<u16>(record, above, 10);
  store<f32>(record, value, 12);
  replaceChild(tree, above, below, index);
  setParent(below, slot);

  if (!isBare(slot)) {
    const low = lowOf(tree, below, bareBox);
    inline.always(hull(boxOf(tree, slot), low, highOf(below, low), at, at));
  }
  let up = above;
  while (up != none) {
    if (isBare(up)) up = dress(tree, up);
    else {
      const grown = boxOf(tree, up);
      if (!inline.always(hull(grown, grown, grown + pointBytes, at, at))) break;
    }
    up = parentOf(base + <i32>up);
  }
  return leaf;
}

function newLeaf(tree: i32, row: i32, parent: u32): i32 {
  const free = freeLeaf + ((<usize>tree) << 1);
  const slot = <i32>load<u16>(free);
  const leaf = tree * capacity + slot;
  store<u16>(free, parentOfLeaf(leaf));
  store<u16>(leafParent + ((<usize>leaf) << 1), parent);
  setRowOf(leaf, row);
  store<u16>(leafMass + ((<usize>leaf) << 1), 1);
  useRow(row);
  return slot;
}

/** Whether a point of the box lies on its surface; the box does without any other, and its children need no look. */
function touches(low: usize, at: usize): bool {
  const bytes = pointBytes;
  const end = at + bytes;
  if (bytes < 16) {
    for (; at < end; at += 4, low += 4) {
      const x = load<f32>(at);
      if (x == load<f32>(low) || x == load<f32>(low + bytes)) return true;
    }
    return false;
  }
  // The padding touches always.
  let left = width;
  for (; at < end; at += 16, low += 16, left -= 4) {
    const x = v128.load(at);
    const surface = v128.or(f32x4.eq(x, v128.load(low)), f32x4.eq(x, v128.load(low + bytes)));
    const lanes = i32x4.bitmask(surface);
    if (left >= 4 ? lanes != 0 : (lanes & ((1 << left) - 1)) != 0) return true;
  }
  return false;
}

/** Makes a box as small as its two children allow. @returns false if it was so already */
function shrinkBox(tree: i32, slot: u32): bool {
  const record = node + ((<usize>(tree * capacity + <i32>slot)) << 4);
  const left = load<i32>(record);
  const right = load<i32>(record, 4);
  const leftLow = inline.always(lowOf(tree, left, bareBox));
  const rightLow = inline.always(lowOf(tree, right, bareBox + (pointBytes << 1)));
  return inline.always(
    hull(boxOf(tree, slot), leftLow, highOf(left, leftLow), rightLow, highOf(right, rightLow)),
  );
}

/** Makes the box at `to` hold two others and no more. @returns whether it changed */
function hull(to: usize, lowA: usize, highA: usize, lowB: usize, highB: usize): bool {
  const bytes = pointBytes;
  if (bytes < 16) return hullNarrow(to, lowA, highA, lowB, highB);
  let changed = i32x4.splat(0);
  for (let d: usize = 0; d < bytes; d += 16) {
    const lowest = f32x4.pmin(v128.load(lowA + d), v128.load(lowB + d));
    const highest = f32x4.pmax(v128.load(highA + d), v128.load(highB + d));
    changed = v128.or(changed, f32x4.ne(lowest, v128.load(to + d)));
    changed = v128.or(changed, f32x4.ne(highest, v128.load(to + bytes + d)));
    v128.store(to + d, lowest);
    v128.store(to + bytes + d, highest);
  }
  return v128.any_true(changed);
}

function hullNarrow(to: usize, lowA: usize, highA: usize, lowB: usize, highB: usize): bool {
  const toHigh = to + pointBytes;
  let changed = false;
  for (let d: usize = 0; d < pointBytes; d += 4) {
    const lowest = min<f32>(load<f32>(lowA + d), load<f32>(lowB + d));
    const highest = max<f32>(load<f32>(highA + d), load<f32>(highB + d));
    if (lowest != load<f32>(to + d) || highest != load<f32>(toHigh + d)) changed = true;
    store<f32>(to + d, lowest);
    store<f32>(toHigh + d, highest);
  }
  return changed;
}

/** The cut that a draw in (0, distance) means between two points. */
function cutFromLeaf(other: usize, at: usize, drawn: f64): void {
  let from: f32 = 0;
  let to: f32 = 0;
  let above = drawn;
  let rest = drawn;
  for (let d = 0; d < width && rest >= 0; d++) {
    const x = load<f32>(at + ((<usize>d) << 2));
    const y = load<f32>(other + ((<usize>d) << 2));
    if (x == y) continue;
    cutDimension = d;
    from = min<f32>(x, y);
    to = max<f32>(x, y);
    above = rest;
    rest -= <f64>to - <f64>from;
  }
  setCut(from, to, above);
}

/** The cut that a draw in (0, outside) means between a box and a point. */
function cutOutside(low: usize, at: usize, drawn: f64): void {
  let from: f32 = 0;
  let to: f32 = 0;
  let above = drawn;
  let rest = drawn;
  for (let d = 0; d < width && rest >= 0; d++) {
    const place = (<usize>d) << 2;
    const x = load<f32>(at + place);
    const lowest = load<f32>(low + place);
    const highest = load<f32>(low + pointBytes + place);
    if (x >= lowest && x <= highest) continue;
    cutDimension = d;
    from = x < lowest ? x : highest;
    to = x < lowest ? lowest : x;
    above = rest;
    rest -= <f64>to - <f64>from;
  }
  setCut(from, to, above);
}

/** Rounding to float32 must not move the cut out of [from, to), or it would part nothing. */
function setCut(from: f32, to: f32, above: f64): void {
  const value = <f32>(<f64>from + above);
  cutValue = value < to ? value : from;
}
