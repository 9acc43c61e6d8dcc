// The forest's kernel. Points come in batches; each tree takes the whole batch before the next tree does, so that it
// stays in the processor's cache. As every tree has its own random numbers, nobody can tell the order.
import { explain } from './attribution';
import { LN2, ln } from './mathematics';
import { accept, fill, heavy, scaleDown } from './sampler';
import {
  bind,
  capacity,
  next,
  point,
  pointBytes,
  releaseRow,
  root,
  rowTime,
  scalar,
  size,
  takeRow,
  trees,
} from './state';
import { abreast, climb, descend } from './walk';
import { foundDepth, foundLeaf, parts, points, rows, scores, totals, weights } from './workspace';

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
      if (size() > 0) takeOne(done, false);
      fillWith(done++);
    } else if (size() == 0) {
      return;
    } else if (count - done == 1) {
      takeOne(done++, learn);
    } else {
      const end = learn ? weigh(done, count) : count;
      for (let tree = 0; tree < trees; tree++) takeRun(tree, done, end, learn);
      for (let i = done; i < end; i++) publish(i);
      if (learn) letGo(done, end);
      done = end;
    }
  }
}

/** Asks all trees about one point, and offers it to each as soon as it has answered. */
function takeOne(i: i32, learn: bool): void {
  if (learn) weigh(i, i + 1);
  for (let tree = 0; tree < trees; tree += abreast) {
    const some = min(abreast, trees - tree);
    if (asked != askNothing) {
      descend(root + ((<usize>tree) << 2), 4, pointAt(i), 0, some);
      for (let k = 0; k < some; k++) tell(tree + k, k, i);
    }
    if (learn) for (let k = 0; k < some; k++) if (isDue(tree + k, i)) take(tree + k, i, foundBy(k));
  }
  publish(i);
  if (learn) letGo(i, i + 1);
}

function isDue(tree: i32, i: i32): bool {
  return load<f64>(totals + ((<usize>i) << 3)) >= load<f64>(next + ((<usize>tree) << 3));
}

/** The leaf that the k-th of the latest descents led to, if any was asked for. */
function foundBy(k: i32): i32 {
  return asked == askNothing ? -1 : load<i32>(foundLeaf + ((<usize>k) << 2));
}

/** A tree takes a point, whose row it shares with the others. */
function take(tree: i32, i: i32, found: i32): void {
  const place = rows + ((<usize>i) << 2);
  if (load<i32>(place) < 0) store<i32>(place, keep(i));
  const weight = load<f64>(weights + ((<usize>i) << 3));
  accept(tree, load<i32>(place), weight, load<f64>(totals + ((<usize>i) << 3)), found);
}

/** Asks one tree about points and offers them, each before the next is asked about. */
function takeRun(tree: i32, from: i32, to: i32, learn: bool): void {
  let start = from;
  if (learn) {
    for (let i = from; i < to; i++) {
      if (!isDue(tree, i)) continue;
      find(tree, start, i + 1);
      take(tree, i, foundBy((i - start) & (abreast - 1)));
      start = i + 1;
    }
  }
  find(tree, start, to);
}

/** Asks one tree about points, eight at a time. */
function find(tree: i32, from: i32, to: i32): void {
  if (asked == askNothing) return;
  for (let i = from; i < to; i += abreast) {
    const some = min(abreast, to - i);
    descend(root + ((<usize>tree) << 2), 0, pointAt(i), pointBytes, some);
    for (let k = 0; k < some; k++) tell(tree, k, i + k);
  }
}

/** Adds what a tree says about a point, which is the k-th of the latest descents. */
function tell(tree: i32, k: i32, i: i32): void {
  const leaf = load<i32>(foundLeaf + ((<usize>k) << 2));
  const depth = load<i32>(foundDepth + ((<usize>k) << 2));
  const score =
    asked == askParts
      ? explain(tree, leaf, depth, pointAt(i), partsAt(i))
      : climb(tree, leaf, depth, pointAt(i));
  store<f64>(scoreAt(i), load<f64>(scoreAt(i)) + score);
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
