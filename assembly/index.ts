// The forest's kernel. Points come in batches; a few trees take the whole batch before the next ones do, so that they
// stay in the processor's cache. As every tree has its own random numbers, nobody can tell the order.
import { explain } from './attribution';
import { LN2, ln } from './mathematics';
import { climbFour } from './narrow';
import { accept, fill, heavy, scaleDown } from './sampler';
import {
  bind,
  capacity,
  next,
  point,
  pointBytes,
  releaseRow,
  rowTime,
  scalar,
  size,
  takeRow,
  trees,
} from './state';
import { abreast, climb, descend, fetch } from './walk';
import { foundDepth, foundLeaf, foundScore, parts, points, rows, scores, totals, weights } from './workspace';

export { place } from './workspace';

/** What to find out: lib/random-cut-forest/Kernel.ts */
const askNothing = 0;
const askParts = 2;

let asked: i32;
/** The i-th point of those weighed is the (timeBefore + i + 1)-th that was ever offered. */
let timeBefore: u32;

function pointAt(i: i32): usize {
  return points + <usize>i * pointBytes;
}

function scoreAt(i: i32): usize {
  return scores + ((<usize>i) << 3);
}

function partsAt(i: i32): usize {
  return parts + ((<usize>i * pointBytes) << 2);
}

/** Takes the first points of the workspace, as if one after the other. */
export function process(state: usize, count: i32, what: i32, learn: bool): void {
  bind(state);
  asked = what;
  if (what != askNothing) {
    memory.fill(scores, 0, (<usize>count) << 3);
    if (what == askParts) memory.fill(parts, 0, (<usize>count * pointBytes) << 2);
  }
  let done = 0;
  while (done < count) {
    if (learn && size() < capacity) {
      if (size() > 0) take(done, done + 1, false);
      fillWith(done++);
    } else {
      if (size() == 0) return;
      const end = learn ? weigh(done, count) : count;
      take(done, end, learn);
      done = end;
    }
  }
}

/** Asks all trees about points; each point is offered to a tree as soon as it has answered. */
function take(from: i32, to: i32, learn: bool): void {
  for (let tree = 0; tree < trees; tree += abreast) {
    const some = min(abreast, trees - tree);
    for (let i = from; i < to; i++) {
      if (asked != askNothing) ask(tree, some, i);
      if (!learn) continue;
      for (let k = 0; k < some; k++) if (isDue(tree + k, i)) offer(tree + k, i, foundBy(k));
    }
  }
  for (let i = from; i < to; i++) publish(i);
  if (learn) letGo(from, to);
}

/** Adds what some trees say about a point. */
function ask(tree: i32, some: i32, i: i32): void {
  const at = pointAt(i);
  descend(tree, some, at);
  let score = load<f64>(scoreAt(i));
  if (asked == askParts) {
    fetch(tree, some);
    for (let k = 0; k < some; k++) score += explain(tree + k, foundBy(k), depthBy(k), at, partsAt(i));
  } else if (pointBytes == 4) {
    climbFour(0, tree, at);
    if (some > 4) climbFour(4, tree + 4, at);
    for (let k = 0; k < some; k++) score += load<f64>(foundScore + ((<usize>k) << 3));
  } else {
    fetch(tree, some);
    for (let k = 0; k < some; k++) score += climb(tree + k, foundBy(k), depthBy(k), at);
  }
  store<f64>(scoreAt(i), score);
}

function depthBy(k: i32): i32 {
  return load<i32>(foundDepth + ((<usize>k) << 2));
}

function isDue(tree: i32, i: i32): bool {
  return load<f64>(totals + ((<usize>i) << 3)) >= load<f64>(next + ((<usize>tree) << 3));
}

/** The leaf that the k-th of the latest descents led to, if any was asked for. */
function foundBy(k: i32): i32 {
  return asked == askNothing ? -1 : load<i32>(foundLeaf + ((<usize>k) << 2));
}

/** A tree takes a point, whose row it shares with the others. */
function offer(tree: i32, i: i32, found: i32): void {
  const place = rows + ((<usize>i) << 2);
  if (load<i32>(place) < 0) store<i32>(place, keep(i));
  const weight = load<f64>(weights + ((<usize>i) << 3));
  accept(tree, load<i32>(place), weight, load<f64>(totals + ((<usize>i) << 3)), found);
}

/** From the trees' sum to the published scale; makes the parts sum to it. */
function publish(i: i32): void {
  if (asked == askNothing) return;
  const score = load<f64>(scoreAt(i)) * (ln(<f64>size() + 1) / LN2 / <f64>trees);
  store<f64>(scoreAt(i), score);
  if (asked != askParts) return;
  const from = partsAt(i);
  const end = from + (pointBytes << 2);
  let total: f64 = 0;
  for (let at = from; at < end; at += 8) total += load<f64>(at);
  const share = score / total;
  for (let at = from; at < end; at += 8) store<f64>(at, load<f64>(at) * share);
}

/** All trees take a point while there is room. */
function fillWith(i: i32): void {
  weigh(i, i + 1);
  const row = keep(i);
  fill(row, load<f64>(weights + ((<usize>i) << 3)), load<f64>(totals + ((<usize>i) << 3)));
  releaseRow(row);
}

/** Weighs points until weights must be scaled down. @returns the end of those weighed, at least one */
function weigh(from: i32, to: i32): i32 {
  if (load<f64>(scalar, 8) > heavy) scaleDown();
  const offered = load<f64>(scalar, 24);
  const growth = offered == 0 ? 1 : load<f64>(scalar, 32);
  let total = load<f64>(scalar);
  let weight = load<f64>(scalar, 8);
  let i = from;
  do {
    weight *= growth;
    total += weight;
    store<f64>(weights + ((<usize>i) << 3), weight);
    store<f64>(totals + ((<usize>i) << 3), total);
    store<i32>(rows + ((<usize>i) << 2), -1);
    i++;
  } while (i < to && weight <= heavy);
  store<f64>(scalar, total);
  store<f64>(scalar, weight, 8);
  store<f64>(scalar, offered + <f64>(i - from), 24);
  timeBefore = <u32>(<u64>offered) - <u32>from;
  return i;
}

/** Puts a point into the point store. */
function keep(i: i32): i32 {
  const row = takeRow();
  memory.copy(point + <usize>row * pointBytes, pointAt(i), pointBytes);
  store<u32>(rowTime + ((<usize>row) << 2), timeBefore + <u32>i + 1);
  return row;
}

/** The batch no longer needs its rows. */
function letGo(from: i32, to: i32): void {
  for (let i = from; i < to; i++) {
    const row = load<i32>(rows + ((<usize>i) << 2));
    if (row >= 0) releaseRow(row);
  }
}
