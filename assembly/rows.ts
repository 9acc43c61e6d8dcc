// The rows of the point store, which all trees of a forest share: lib/random-cut-forest/ForestState.ts. A thread that has
// some of the trees to itself notes what they do to rows, and one thread does it for all, in the order of the trees.
import { header, point, pointBytes, rowTime, rowUse } from './state';
import { notes, pageBytes } from './workspace';

/** A note: the row that a tree has let go of or -1, the point that it took, and the row that has such a point or -1. */
const noteBytes: usize = 12;

/** Where the next note goes; 0: what is done to rows is done at once. */
let note: usize = 0;

/**
 * Takes a free row of the point store on behalf of one user.
 * @param time which of the points offered is to have it; until that one is kept, the row is older
 */
export function takeRow(time: u32): i32 {
  const row = load<i32>(header, 10 << 2);
  const following = rowTime + ((<usize>row) << 2);
  store<i32>(header, load<i32>(following), 10 << 2);
  store<i32>(header, load<i32>(header, 12 << 2) - 1, 12 << 2);
  store<u16>(rowUse + ((<usize>row) << 1), 1);
  store<u32>(following, time - 1);
  return row;
}

/** Puts a point into its row, as soon as a tree takes it. @param time which of the points offered it is */
export function keep(row: i32, at: usize, time: u32): void {
  // Other threads may be about to write the same, but this one cannot know that they have.
  if (note == 0) {
    const kept = rowTime + ((<usize>row) << 2);
    if (<i32>(load<u32>(kept) - time) >= 0) return;
    store<u32>(kept, time);
  }
  const to = point + <usize>row * pointBytes;
  if (pointBytes < 16) for (let d: usize = 0; d < pointBytes; d += 4) store<f32>(to + d, load<f32>(at + d));
  else for (let d: usize = 0; d < pointBytes; d += 16) v128.store(to + d, v128.load(at + d));
}

/** One user more. */
export function useRow(row: i32): void {
  if (note != 0) return;
  const use = rowUse + ((<usize>row) << 1);
  store<u16>(use, load<u16>(use) + 1);
}

/** One user less; a row without users is free. */
export function releaseRow(row: i32): void {
  if (note != 0) {
    store<i32>(note, row);
    return;
  }
  const use = rowUse + ((<usize>row) << 1);
  const left = <i32>load<u16>(use) - 1;
  store<u16>(use, left);
  if (left > 0) return;
  store<i32>(rowTime + ((<usize>row) << 2), load<i32>(header, 10 << 2));
  store<i32>(header, row, 10 << 2);
  store<i32>(header, load<i32>(header, 12 << 2) + 1, 12 << 2);
}

/** A row is as young as its latest point. @param time which of the points offered that is */
export function seeAgain(row: i32, time: u32): void {
  if (note != 0) {
    store<i32>(note, row, 8);
    return;
  }
  const latest = rowTime + ((<usize>row) << 2);
  if (<i32>(time - load<u32>(latest)) > 0) store<u32>(latest, time);
}

function pageOf(group: i32): usize {
  return notes + <usize>group * pageBytes;
}

/** From now on this thread notes what a group of eight trees does to rows. */
export function beginNotes(group: i32): void {
  note = pageOf(group) + 4;
}

/** A tree is about to take a point. */
export function beginNote(i: i32): void {
  if (note == 0) return;
  store<i32>(note, -1);
  store<i32>(note, i, 4);
  store<i32>(note, -1, 8);
}

export function endNote(): void {
  if (note != 0) note += noteBytes;
}

export function endNotes(group: i32): void {
  const page = pageOf(group);
  store<u32>(page, <u32>(note - page));
  note = 0;
}

/**
 * Does what a group has noted.
 * @param taken the row of each point
 * @param timeBefore the i-th point is the (timeBefore + i + 1)-th that was ever offered
 */
export function settle(group: i32, taken: usize, timeBefore: u32): void {
  const page = pageOf(group);
  const end = page + <usize>load<u32>(page);
  for (let at = page + 4; at < end; at += noteBytes) {
    const released = load<i32>(at);
    const i = load<i32>(at, 4);
    const again = load<i32>(at, 8);
    const row = load<i32>(taken + ((<usize>i) << 2));
    const time = timeBefore + <u32>i + 1;
    if (released >= 0) releaseRow(released);
    seeAgain(row, time);
    if (again >= 0) seeAgain(again, time);
    else useRow(row);
  }
}
