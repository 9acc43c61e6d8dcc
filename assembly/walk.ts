// The score of one tree: lib/random-cut-forest/score.ts, with four descents at a time to hide the memory's latency.
import { LN2, ln } from './mathematics';
import { equal, measure } from './measure';
import {
  boxOf,
  capacity,
  leafMass,
  leafParent,
  node,
  nodeParent,
  none,
  pointBytes,
  pointOf,
  size,
} from './state';
import { foundDepth, foundLeaf, pathNode, pathOutside, pathRange } from './workspace';

/** Boxes that the point of the last recorded climb lies outside of, from the leaf's parent up; -1: the leaf's own point. */
export let levels: i32;

/** How many descents go on at a time: while one waits for memory, the others proceed. */
export const abreast: i32 = 8;

/**
 * Lets points fall through trees, up to eight at a time; the workspace takes the leaves and how many cuts lie above them.
 * @param top where the link to the first root is; the next ones are `topStep` bytes further each
 * @param at where the first point is; the next ones are `atStep` bytes further each
 */
export function descend(top: usize, topStep: usize, at: usize, atStep: usize, count: i32): void {
  const nodes = node;
  // With fewer than eight the last one falls several times.
  let a = load<i32>(top);
  const atA = at;
  if (count > 1) {
    top += topStep;
    at += atStep;
  }
  let b = load<i32>(top);
  const atB = at;
  if (count > 2) {
    top += topStep;
    at += atStep;
  }
  let c = load<i32>(top);
  const atC = at;
  if (count > 3) {
    top += topStep;
    at += atStep;
  }
  let d = load<i32>(top);
  const atD = at;
  if (count > 4) {
    top += topStep;
    at += atStep;
  }
  let e = load<i32>(top);
  const atE = at;
  if (count > 5) {
    top += topStep;
    at += atStep;
  }
  let f = load<i32>(top);
  const atF = at;
  if (count > 6) {
    top += topStep;
    at += atStep;
  }
  let g = load<i32>(top);
  const atG = at;
  if (count > 7) {
    top += topStep;
    at += atStep;
  }
  let h = load<i32>(top);
  const atH = at;

  let depth = 0;
  while ((a | b | c | d | e | f | g | h) >= 0) {
    a = child(nodes, a, atA);
    b = child(nodes, b, atB);
    c = child(nodes, c, atC);
    d = child(nodes, d, atD);
    e = child(nodes, e, atE);
    f = child(nodes, f, atF);
    g = child(nodes, g, atG);
    h = child(nodes, h, atH);
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
    a = childOrStay(nodes, a, atA);
    depthB += 1 + (b >> 31);
    b = childOrStay(nodes, b, atB);
    depthC += 1 + (c >> 31);
    c = childOrStay(nodes, c, atC);
    depthD += 1 + (d >> 31);
    d = childOrStay(nodes, d, atD);
    depthE += 1 + (e >> 31);
    e = childOrStay(nodes, e, atE);
    depthF += 1 + (f >> 31);
    f = childOrStay(nodes, f, atF);
    depthG += 1 + (g >> 31);
    g = childOrStay(nodes, g, atG);
    depthH += 1 + (h >> 31);
    h = childOrStay(nodes, h, atH);
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

function found(which: usize, link: i32, depth: i32): void {
  store<i32>(foundLeaf + (which << 2), ~link);
  store<i32>(foundDepth + (which << 2), depth);
}

function child(nodes: usize, link: i32, at: usize): i32 {
  const record = nodes + ((<usize>link) << 4);
  const x = load<f32>(at + ((<usize>load<u32>(record, 8)) << 2));
  return load<i32>(record + ((<usize>(x > load<f32>(record, 12))) << 2));
}

/** A leaf is its own child. Instead of its node, which it has not, node 0 is read and forgotten. */
function childOrStay(nodes: usize, link: i32, at: usize): i32 {
  const stays = link >> 31;
  const next = child(nodes, link & ~stays, at);
  return next ^ ((next ^ link) & stays);
}

/** The score of a point that fell into `leaf`. */
export function climb(tree: i32, leaf: i32, leafDepth: i32, at: usize): f64 {
  if (pointBytes == 4) return climbNarrow(tree, leaf, leafDepth, at);
  if (equal(pointOf(leaf), at)) return seenScore(leaf, leafDepth);
  const base = tree * capacity;
  const links = nodeParent + ((<usize>base) << 1);
  let depth = <f64>leafDepth;
  let score = 1 / (depth + 1);
  let up = <u32>load<u16>(leafParent + ((<usize>leaf) << 1));
  while (up != none) {
    const measured = measure(boxOf(base + <i32>up), at);
    const outside = <f64>f32x4.extract_lane(measured, 0);
    if (outside == 0) break;
    const parted = outside / (<f64>f32x4.extract_lane(measured, 2) + outside);
    score = parted / depth + (1 - parted) * score;
    depth -= 1;
    up = load<u16>(links + ((<usize>up) << 1));
  }
  return score;
}

/** The same for points of one value. */
function climbNarrow(tree: i32, leaf: i32, leafDepth: i32, at: usize): f64 {
  const x = load<f32>(at);
  if (load<f32>(pointOf(leaf)) == x) return seenScore(leaf, leafDepth);
  const base = tree * capacity;
  const links = nodeParent + ((<usize>base) << 1);
  let depth = <f64>leafDepth;
  let score = 1 / (depth + 1);
  let up = <u32>load<u16>(leafParent + ((<usize>leaf) << 1));
  while (up != none) {
    const low = boxOf(base + <i32>up);
    const lowest = load<f32>(low);
    const highest = load<f32>(low, 4);
    const outside = <f64>max<f32>(lowest - x, x - highest);
    if (outside <= 0) break;
    const parted = outside / (<f64>(highest - lowest) + outside);
    score = parted / depth + (1 - parted) * score;
    depth -= 1;
    up = load<u16>(links + ((<usize>up) << 1));
  }
  return score;
}

/** The same with a record of what was met, for whoever shares the score out. */
export function climbRecording(tree: i32, leaf: i32, leafDepth: i32, at: usize): f64 {
  levels = -1;
  if (equal(pointOf(leaf), at)) return seenScore(leaf, leafDepth);
  const base = tree * capacity;
  const links = nodeParent + ((<usize>base) << 1);
  let depth = <f64>leafDepth;
  let score = 1 / (depth + 1);
  let up = <u32>load<u16>(leafParent + ((<usize>leaf) << 1));
  let level: usize = 0;
  while (up != none) {
    const index = base + <i32>up;
    const measured = measure(boxOf(index), at);
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
    up = load<u16>(links + ((<usize>up) << 1));
  }
  levels = <i32>(level >> 2);
  return score;
}

/** Of a point that the tree holds already: the deeper and the more often, the lower. */
function seenScore(leaf: i32, depth: i32): f64 {
  const mass = <f64>load<u16>(leafMass + ((<usize>leaf) << 1));
  return (1 - mass / <f64>(2 * size())) / (<f64>depth + ln(mass + 1) / LN2);
}
