// The score of one tree: lib/random-cut-forest/score.ts, with four descents at a time to hide the memory's latency.
import { lowOf } from './boxes';
import { LN2, ln } from './mathematics';
import { equal, measure } from './measure';
import { capacity, leafMass, node, none, parentOf, parentOfLeaf, pointOf, root, size } from './state';
import { bareBox, foundDepth, foundLeaf, foundScore, pathNode, pathOutside, pathRange } from './workspace';

/** Boxes that the point of the last recorded climb lies outside of, from the leaf's parent up; -1: the leaf's own point. */
export let levels: i32;

/**
 * Lets a point fall through up to eight trees from `tree` on; the workspace takes the leaves and how many cuts lie above
 * them. With fewer than eight trees the last one is asked several times.
 * @typeParam P f32 if points are of one value, so that no cut need be asked for its dimension; v128 for all others
 */
export function descend<P>(tree: i32, count: i32, at: usize): void {
  const nodes = node;
  const last = tree + count - 1;
  let a = rootOf(tree);
  let b = rootOf(min(tree + 1, last));
  let c = rootOf(min(tree + 2, last));
  let d = rootOf(min(tree + 3, last));
  let e = rootOf(min(tree + 4, last));
  let f = rootOf(min(tree + 5, last));
  let g = rootOf(min(tree + 6, last));
  let h = rootOf(min(tree + 7, last));

  let depth = 0;
  while ((a | b | c | d | e | f | g | h) >= 0) {
    a = child<P>(nodes, a, at);
    b = child<P>(nodes, b, at);
    c = child<P>(nodes, c, at);
    d = child<P>(nodes, d, at);
    e = child<P>(nodes, e, at);
    f = child<P>(nodes, f, at);
    g = child<P>(nodes, g, at);
    h = child<P>(nodes, h, at);
    depth++;
  }
  // Some have arrived, which no branch could foresee: they stay while the others go on.
  let depthA = depth;
  let depthB = depth;
  let depthC = depth;
  let depthD = depth;
  let depthE = depth;
  let depthF = depth;
  let depthG = depth;
  let depthH = depth;
  while ((a & b & c & d & e & f & g & h) >= 0) {
    depthA += 1 + (a >> 31);
    a = childOrStay<P>(nodes, a, at);
    depthB += 1 + (b >> 31);
    b = childOrStay<P>(nodes, b, at);
    depthC += 1 + (c >> 31);
    c = childOrStay<P>(nodes, c, at);
    depthD += 1 + (d >> 31);
    d = childOrStay<P>(nodes, d, at);
    depthE += 1 + (e >> 31);
    e = childOrStay<P>(nodes, e, at);
    depthF += 1 + (f >> 31);
    f = childOrStay<P>(nodes, f, at);
    depthG += 1 + (g >> 31);
    g = childOrStay<P>(nodes, g, at);
    depthH += 1 + (h >> 31);
    h = childOrStay<P>(nodes, h, at);
  }
  found(0, a, depthA);
  found(1, b, depthB);
  found(2, c, depthC);
  found(3, d, depthD);
  found(4, e, depthE);
  found(5, f, depthF);
  found(6, g, depthG);
  found(7, h, depthH);
}

function rootOf(tree: i32): i32 {
  return load<i32>(root + ((<usize>tree) << 2));
}

function found(which: usize, link: i32, depth: i32): void {
  store<i32>(foundLeaf + (which << 2), ~link);
  store<i32>(foundDepth + (which << 2), depth);
}

function child<P>(nodes: usize, link: i32, at: usize): i32 {
  const record = nodes + ((<usize>link) << 4);
  const x = isFloat<P>() ? load<f32>(at) : load<f32>(at + ((<usize>load<u16>(record, 8)) << 2));
  return load<i32>(record + ((<usize>(x > load<f32>(record, 12))) << 2));
}

/** A leaf is its own child. Instead of its node, which it has not, node 0 is read and forgotten. */
function childOrStay<P>(nodes: usize, link: i32, at: usize): i32 {
  const stays = link >> 31;
  const next = child<P>(nodes, link & ~stays, at);
  return next ^ ((next ^ link) & stays);
}

/** The score of a point that fell into `leaf`. */
export function climb(tree: i32, leaf: i32, leafDepth: i32, at: usize): f64 {
  if (equal(pointOf(leaf), at)) return seenScore(leaf, leafDepth);
  const base = tree * capacity;
  let depth = <f64>leafDepth;
  let score = 1 / (depth + 1);
  let up = parentOfLeaf(leaf);
  while (up != none) {
    const index = base + <i32>up;
    const measured = measure(lowOf(tree, index, bareBox), at);
    const outside = <f64>f32x4.extract_lane(measured, 0);
    if (outside == 0) break;
    const parted = outside / (<f64>f32x4.extract_lane(measured, 2) + outside);
    score = parted / depth + (1 - parted) * score;
    depth -= 1;
    up = parentOf(index);
  }
  return score;
}

/** The same with a record of what was met, for whoever shares the score out. */
export function climbRecording(tree: i32, leaf: i32, leafDepth: i32, at: usize): f64 {
  levels = -1;
  if (equal(pointOf(leaf), at)) return seenScore(leaf, leafDepth);
  const base = tree * capacity;
  let depth = <f64>leafDepth;
  let score = 1 / (depth + 1);
  let up = parentOfLeaf(leaf);
  let level: usize = 0;
  while (up != none) {
    const index = base + <i32>up;
    const measured = inline.always(measure(inline.always(lowOf(tree, index, bareBox)), at));
    const outside = f32x4.extract_lane(measured, 0);
    if (outside == 0) break;
    const range = f32x4.extract_lane(measured, 2);
    const parted = <f64>outside / (<f64>range + <f64>outside);
    score = parted / depth + (1 - parted) * score;
    depth -= 1;
    store<i32>(pathNode + level, index);
    store<f32>(pathRange + level, range);
    store<f32>(pathOutside + level, outside);
    level += 4;
    up = parentOf(index);
  }
  levels = <i32>(level >> 2);
  return score;
}

/** Of a point that the tree holds already: the deeper and the more often, the lower. */
export function seenScore(leaf: i32, depth: i32): f64 {
  const mass = <f64>load<u16>(leafMass + ((<usize>leaf) << 1));
  return (1 - mass / <f64>(2 * size())) / (<f64>depth + ln(mass + 1) / LN2);
}
