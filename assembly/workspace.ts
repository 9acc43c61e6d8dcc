// Room for calculations, shared by all forests of a memory: lib/random-cut-forest/SlabMemory.ts says where it is,
// CompiledKernel.ts puts the points in and takes the results out.

/** Points that are taken at a time, at most. */
export const batch: i32 = 256;
/** Places for what is found on one way up, which is no longer than a tree has nodes. */
const longestPath: usize = 32768;

/** per point of a batch: weight, sum of weights up to it, row of the point store or -1 */
export let weights: usize;
export let totals: usize;
export let rows: usize;
/** of eight descents at a time */
export let foundLeaf: usize;
export let foundDepth: usize;
export let foundScore: usize;
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

/** @returns the end of the workspace */
export function place(at: usize, stride: usize, pointsAt: usize, scoresAt: usize, partsAt: usize): usize {
  weights = at;
  totals = weights + <usize>batch * 8;
  rows = totals + <usize>batch * 8;
  foundLeaf = rows + <usize>batch * 4;
  foundDepth = foundLeaf + 32;
  foundScore = foundDepth + 32;
  pathNode = foundScore + 64;
  pathRange = pathNode + 4 * longestPath;
  pathOutside = pathRange + 4 * longestPath;
  treeParts = pathOutside + 4 * longestPath;
  treeBox = treeParts + 16 * stride;
  points = pointsAt;
  scores = scoresAt;
  parts = partsAt;
  return treeBox + 8 * stride;
}
