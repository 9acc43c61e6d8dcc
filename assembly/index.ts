// The forest's kernel. Points come in batches; a few trees take the whole batch before the next ones do, so that they
// stay in the processor's cache. As every tree has its own random numbers, nobody can tell the order, nor whether several
// threads had the trees to themselves: `begin` a batch, let each eight of trees `work`, whichever thread it is, and `end`
// it. What the trees say is added up in their order.
import { explain } from './attribution';
import { LN2, ln } from './mathematics';
import { climbFour } from './narrow';
import { beginNote, beginNotes, endNote, endNotes, keep, releaseRow, settle, takeRow } from './rows';
import { accept, fill, heavy, scaleDown } from './sampler';
import { bind, capacity, next, pointBytes, scalar, size, trees } from './state';
import { climb, descend } from './walk';
import { climbTwo } from './wide';
import {
  abreast,
  closeTally,
  foundDepth,
  foundLeaf,
  foundParts,
  foundScore,
  openTally,
  parts,
  points,
  rows,
  scores,
  totals,
  weights,
} from './workspace';

export { lay, place } from './workspace';

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

/** Bytes of the parts of a point. */
function partsBytes(): usize {
  return pointBytes << 2;
}

function partsAt(i: i32): usize {
  return parts + <usize>i * partsBytes();
}

/** Takes the first points of the batch, as if one after the other. */
export function process(state: usize, count: i32, what: i32, learn: bool): void {
  open(state, 0, count, what);
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

/**
 * Begins with the points from the `first` on, when trees are full and several threads have some of them each.
 * @returns the end of the points that are taken together
 */
export function begin(state: usize, first: i32, count: i32, what: i32): i32 {
  open(state, first, count, what);
  return weigh(first, count);
}

/** Asks the trees of a group about points, to which each is offered as soon as it has answered. */
export function work(state: usize, group: i32, from: i32, to: i32, what: i32): void {
  bind(state);
  asked = what;
  timeBefore = <u32>(<u64>load<f64>(scalar, 24)) - <u32>to;
  beginNotes(group);
  takeIn(group, from, to, true, true);
  closeTally();
  endNotes(group);
}

/** Puts together what all groups have said and done. */
export function end(from: i32, to: i32): void {
  for (let group = 0; group < groups(); group++) {
    for (let i = from; i < to && asked != askNothing; i++) {
      openTally(group, to, i, partsBytes());
      add(treesOf(group), i);
    }
    settle(group, rows, timeBefore);
  }
  closeTally();
  for (let i = from; i < to; i++) publish(i);
  letGo(from, to);
}

function open(state: usize, first: i32, count: i32, what: i32): void {
  bind(state);
  asked = what;
  if (what == askNothing) return;
  const some = <usize>(count - first);
  memory.fill(scoreAt(first), 0, some << 3);
  if (what == askParts) memory.fill(partsAt(first), 0, some * partsBytes());
}

/** Asks all trees about points; each point is offered to a tree as soon as it has answered. */
function take(from: i32, to: i32, learn: bool): void {
  for (let group = 0; group < groups(); group++) takeIn(group, from, to, learn, false);
  for (let i = from; i < to; i++) publish(i);
  if (learn) letGo(from, to);
}

function groups(): i32 {
  return (trees + abreast - 1) / abreast;
}

function treesOf(group: i32): i32 {
  return min(abreast, trees - group * abreast);
}

/** The same in one group. @param tallied whether what its trees say is kept apart; otherwise it is added up */
function takeIn(group: i32, from: i32, to: i32, learn: bool, tallied: bool): void {
  const tree = group * abreast;
  const some = treesOf(group);
  for (let i = from; i < to; i++) {
    if (asked != askNothing) {
      if (tallied) openTally(group, to, i, partsBytes());
      ask(tree, some, i);
      if (!tallied) add(some, i);
    }
    if (learn) offerTo(tree, some, i);
  }
}

/** Finds out what some trees say about a point. */
function ask(tree: i32, some: i32, i: i32): void {
  const at = pointAt(i);
  if (pointBytes == 4) descend<f32>(tree, some, at);
  else descend<v128>(tree, some, at);
  if (asked == askParts) {
    clear(foundParts, partsBytes());
    for (let k = 0; k < some; k++) say(k, explain(tree + k, foundBy(k), depthBy(k), at, foundParts));
  } else if (pointBytes == 4) {
    climbFour(0, tree, at);
    if (some > 4) climbFour(4, tree + 4, at);
  } else if (pointBytes >= 16) {
    for (let k = 0; k < some; k += 2) climbTwo(k, tree + k, at);
  } else {
    for (let k = 0; k < some; k++) say(k, climb(tree + k, foundBy(k), depthBy(k), at));
  }
}

function say(k: i32, score: f64): void {
  store<f64>(foundScore + ((<usize>k) << 3), score);
}

/** Adds what some trees have said. */
function add(some: i32, i: i32): void {
  let score = load<f64>(scoreAt(i));
  for (let k = 0; k < some; k++) score += load<f64>(foundScore + ((<usize>k) << 3));
  store<f64>(scoreAt(i), score);
  if (asked != askParts) return;
  const to = partsAt(i);
  const from = foundParts;
  const bytes = partsBytes();
  if (bytes == 16) {
    // The two were written one by one, so that reading them together would have to wait.
    store<f64>(to, load<f64>(to) + load<f64>(from));
    store<f64>(to, load<f64>(to, 8) + load<f64>(from, 8), 8);
    return;
  }
  for (let d: usize = 0; d < bytes; d += 16) {
    v128.store(to + d, f64x2.add(v128.load(to + d), v128.load(from + d)));
  }
}

/** Without a call of the engine, which costs more than narrow points do. */
function clear(at: usize, bytes: usize): void {
  for (let d: usize = 0; d < bytes; d += 16) v128.store(at + d, i32x4.splat(0));
}

function depthBy(k: i32): i32 {
  return load<i32>(foundDepth + ((<usize>k) << 2));
}

/** The leaf that the k-th of the latest descents led to, if any was asked for. */
function foundBy(k: i32): i32 {
  return asked == askNothing ? -1 : load<i32>(foundLeaf + ((<usize>k) << 2));
}

/** @returns a bit for each of the trees whose turn it is. Eight can be read of any group: sections are padded to that. */
function dueOf(tree: i32, some: i32, total: f64): i32 {
  const at = next + ((<usize>tree) << 3);
  const now = f64x2.splat(total);
  const due =
    i64x2.bitmask(f64x2.ge(now, v128.load(at))) |
    (i64x2.bitmask(f64x2.ge(now, v128.load(at, 16))) << 2) |
    (i64x2.bitmask(f64x2.ge(now, v128.load(at, 32))) << 4) |
    (i64x2.bitmask(f64x2.ge(now, v128.load(at, 48))) << 6);
  return due & ((1 << some) - 1);
}

/** Those trees whose turn it is take a point, whose row they share. */
function offerTo(tree: i32, some: i32, i: i32): void {
  const total = load<f64>(totals + ((<usize>i) << 3));
  for (let due = dueOf(tree, some, total); due != 0; due &= due - 1) {
    const k = ctz(due);
    keep(rowOf(i), pointAt(i), timeOf(i));
    beginNote(i);
    accept(tree + k, rowOf(i), timeOf(i), load<f64>(weights + ((<usize>i) << 3)), total, foundBy(k));
    endNote();
  }
}

function rowOf(i: i32): i32 {
  return load<i32>(rows + ((<usize>i) << 2));
}

function timeOf(i: i32): u32 {
  return timeBefore + <u32>i + 1;
}

/** From the trees' sum to the published scale; makes the parts sum to it. */
function publish(i: i32): void {
  if (asked == askNothing) return;
  const score = load<f64>(scoreAt(i)) * (ln(<f64>size() + 1) / LN2 / <f64>trees);
  store<f64>(scoreAt(i), score);
  if (asked != askParts) return;
  const from = partsAt(i);
  const end = from + partsBytes();
  let total: f64 = 0;
  for (let at = from; at < end; at += 8) total += load<f64>(at);
  const share = score / total;
  for (let at = from; at < end; at += 8) store<f64>(at, load<f64>(at) * share);
}

/** All trees take a point while there is room. */
function fillWith(i: i32): void {
  weigh(i, i + 1);
  keep(rowOf(i), pointAt(i), timeOf(i));
  const weight = load<f64>(weights + ((<usize>i) << 3));
  fill(rowOf(i), timeOf(i), weight, load<f64>(totals + ((<usize>i) << 3)));
  letGo(i, i + 1);
}

/** Weighs points, until weights must be scaled down, and gives each a row. @returns the end of those weighed, at least one */
function weigh(from: i32, to: i32): i32 {
  if (load<f64>(scalar, 8) > heavy) scaleDown();
  const offered = load<f64>(scalar, 24);
  const growth = offered == 0 ? 1 : load<f64>(scalar, 32);
  let total = load<f64>(scalar);
  let weight = load<f64>(scalar, 8);
  timeBefore = <u32>(<u64>offered) - <u32>from;
  let i = from;
  do {
    weight *= growth;
    total += weight;
    store<f64>(weights + ((<usize>i) << 3), weight);
    store<f64>(totals + ((<usize>i) << 3), total);
    store<i32>(rows + ((<usize>i) << 2), takeRow(timeOf(i)));
    i++;
  } while (i < to && weight <= heavy);
  store<f64>(scalar, total);
  store<f64>(scalar, weight, 8);
  store<f64>(scalar, offered + <f64>(i - from), 24);
  return i;
}

/** The batch no longer needs its rows. */
function letGo(from: i32, to: i32): void {
  for (let i = from; i < to; i++) releaseRow(rowOf(i));
}
