// Room for calculations: lib/random-cut-forest/Slab.ts says where it is, puts the points in and takes the results out.
// Each thread has a scratch of its own; a batch, and what several threads have to say of it, they share.

/** Points that are taken at a time, at most. */
export const batch: i32 = 256;
/** Trees that are asked at a time: while one waits for memory, the others proceed. */
export const abreast: i32 = 8;
/** Places for what is found on one way up, which is no longer than a tree has nodes. */
const longestPath: usize = 32768;
/** Eights of trees that a forest has, at most. */
const mostGroups: usize = 125;
/** Room for what a group does to rows: how much of it there is, and three words whenever a tree takes a point. */
export const pageBytes: usize = 64 + 8 * <usize>batch * 12;

/** per point of a batch: weight, sum of weights up to it, row of the point store */
export let weights: usize;
export let totals: usize;
export let rows: usize;
/** of eight descents at a time */
export let foundLeaf: usize;
export let foundDepth: usize;
/** what the eight trees asked last say: a score each, and the sum of their parts */
export let foundScore: usize;
export let foundParts: usize;
/** per level of a way up */
export let pathNode: usize;
export let pathRange: usize;
export let pathOutside: usize;
/** of one tree: parts, and a box; as long as points are */
export let treeParts: usize;
export let treeBox: usize;

export let points: usize;
export let scores: usize;
export let parts: usize;

/** Only where threads share the work: what each eight of trees has done to rows, and says of each point. */
export let notes: usize;
let tallyScores: usize;
let tallyParts: usize;

let ownScore: usize;
let ownParts: usize;

/**
 * Gives this thread its scratch.
 * @param tallies where threads tell each other what their trees say
 * @returns the end of the scratch
 */
export function place(at: usize, stride: usize, tallies: usize): usize {
  foundLeaf = at + <usize>batch * 20;
  foundDepth = foundLeaf + 32;
  ownScore = foundScore = foundDepth + 32;
  ownParts = foundParts = foundScore + 64;
  pathNode = foundParts + 16 * stride;
  pathRange = pathNode + 4 * longestPath;
  pathOutside = pathRange + 4 * longestPath;
  treeParts = pathOutside + 4 * longestPath;
  treeBox = treeParts + 16 * stride;
  notes = tallies;
  tallyScores = notes + mostGroups * pageBytes;
  tallyParts = tallyScores + mostGroups * <usize>batch * 64;
  return treeBox + 8 * stride;
}

/** Says where a batch is. @param weighed room for its weights: the front of a thread's scratch */
export function lay(pointsAt: usize, scoresAt: usize, partsAt: usize, weighed: usize): void {
  points = pointsAt;
  scores = scoresAt;
  parts = partsAt;
  weights = weighed;
  totals = weights + <usize>batch * 8;
  rows = totals + <usize>batch * 8;
}

/** Turns to what a group of eight trees says of the i-th of `count` points, whose parts take `bytes`. */
export function openTally(group: i32, count: i32, i: i32, bytes: usize): void {
  const at = <usize>(group * count + i);
  foundScore = tallyScores + (at << 6);
  foundParts = tallyParts + at * bytes;
}

export function closeTally(): void {
  foundScore = ownScore;
  foundParts = ownParts;
}
