// climb() for points that take whole registers, in two trees at a time: while one waits, the other proceeds.
import { boxOf, gather } from './boxes';
import { crosswise, distances, measure } from './measure';
import {
  boxes,
  capacity,
  isBare,
  node,
  none,
  parentOf,
  parentOfLeaf,
  pointBytes,
  pointOf,
  trees,
} from './state';
import { climb } from './walk';
import { bareBox, foundDepth, foundLeaf, foundScore } from './workspace';

/** Scores a point in two of the trees that it fell through: the `first` of them is `tree`. */
export function climbTwo(first: i32, tree: i32, at: usize): void {
  const leaves = foundLeaf + ((<usize>first) << 2);
  const depths = foundDepth + ((<usize>first) << 2);
  const to = foundScore + ((<usize>first) << 3);
  // Behind the last tree it once more.
  const treeB = min(tree + 1, trees - 1);
  const leafA = load<i32>(leaves);
  const leafB = load<i32>(leaves, 4);
  const ownA = pointOf(leafA);
  const ownB = pointOf(leafB);
  let upA = parentOfLeaf(leafA);
  let upB = parentOfLeaf(leafB);
  if (upA == none || upB == none) {
    climbEach(tree, treeB, leaves, depths, at, to);
    return;
  }

  const baseA = tree * capacity;
  const baseB = treeB * capacity;
  const boxesA = boxOf(tree, 0);
  const boxesB = boxOf(treeB, 0);
  const bytes = pointBytes;
  const boxBytes = bytes << 1;
  const roomB = bareBox + boxBytes;
  const one = f64x2.splat(1);
  let depth = f64x2.convert_low_i32x4_s(v128.load64_zero(depths));
  let score = f64x2.div(one, f64x2.add(depth, one));
  let sums = v128.shuffle<f32>(
    inline.always(measureAbove(tree, upA, leafA, ownA, at)),
    inline.always(measureAbove(treeB, upB, leafB, ownB, at)),
    0,
    2,
    4,
    6,
  );
  // Only who lies in the box above a leaf may be that leaf's point.
  if (f32x4.extract_lane(sums, 0) == 0 || f32x4.extract_lane(sums, 2) == 0) {
    climbEach(tree, treeB, leaves, depths, at, to);
    return;
  }
  let outside: v128;
  let range: v128;
  let going: i32 = 3;
  for (;;) {
    outside = f64x2.promote_low_f32x4(v128.shuffle<f32>(sums, sums, 0, 2, 0, 2));
    range = f64x2.promote_low_f32x4(v128.shuffle<f32>(sums, sums, 1, 3, 1, 3));
    // Who lies inside a box lies inside all above it, is parted with probability 0 and keeps the score.
    const isOutside = i64x2.bitmask(f64x2.ne(outside, f64x2.splat(0)));
    if (isOutside == 0 || going != 3) {
      going &= isOutside;
      break;
    }
    const parted = f64x2.div(outside, f64x2.add(range, outside));
    score = f64x2.add(f64x2.div(parted, depth), f64x2.mul(f64x2.sub(one, parted), score));
    depth = f64x2.sub(depth, one);
    upA = parentOf(baseA + <i32>upA);
    upB = parentOf(baseB + <i32>upB);
    going = i32(upA != none) | (i32(upB != none) << 1);
    let a = boxesA + <usize>upA * boxBytes;
    let b = boxesB + <usize>upB * boxBytes;
    if (upA >= <u32>boxes || upB >= <u32>boxes) {
      if (upA >= <u32>boxes) {
        if (upA != none) gather(tree, baseA + <i32>upA, bareBox);
        a = bareBox;
      }
      if (upB >= <u32>boxes) {
        if (upB != none) gather(treeB, baseB + <i32>upB, roomB);
        b = roomB;
      }
    }
    let values = v128.load(at);
    let lowestA = v128.load(a);
    let highestA = v128.load(a + bytes);
    let lowestB = v128.load(b);
    let highestB = v128.load(b + bytes);
    let outsideA = distances(values, lowestA, highestA);
    let outsideB = distances(values, lowestB, highestB);
    let rangeA = f32x4.sub(highestA, lowestA);
    let rangeB = f32x4.sub(highestB, lowestB);
    for (let d: usize = 16; d < bytes; d += 16) {
      values = v128.load(at + d);
      lowestA = v128.load(a + d);
      highestA = v128.load(a + bytes + d);
      lowestB = v128.load(b + d);
      highestB = v128.load(b + bytes + d);
      outsideA = f32x4.add(outsideA, distances(values, lowestA, highestA));
      outsideB = f32x4.add(outsideB, distances(values, lowestB, highestB));
      rangeA = f32x4.add(rangeA, f32x4.sub(highestA, lowestA));
      rangeB = f32x4.add(rangeB, f32x4.sub(highestB, lowestB));
    }
    const pairsA = f32x4.add(
      v128.shuffle<f32>(outsideA, rangeA, 0, 1, 4, 5),
      v128.shuffle<f32>(outsideA, rangeA, 2, 3, 6, 7),
    );
    const pairsB = f32x4.add(
      v128.shuffle<f32>(outsideB, rangeB, 0, 1, 4, 5),
      v128.shuffle<f32>(outsideB, rangeB, 2, 3, 6, 7),
    );
    sums = f32x4.add(
      v128.shuffle<f32>(pairsA, pairsB, 0, 2, 4, 6),
      v128.shuffle<f32>(pairsA, pairsB, 1, 3, 5, 7),
    );
  }
  v128.store(to, score);
  if (going == 0) return;

  // The one that is left goes on alone.
  const isB = going == 2;
  const base = select<i32>(baseB, baseA, isB);
  const lowest = select<usize>(boxesB, boxesA, isB);
  let up = select<u32>(upB, upA, isB);
  let itsDepth = select<f64>(f64x2.extract_lane(depth, 1), f64x2.extract_lane(depth, 0), isB);
  let itsScore = select<f64>(f64x2.extract_lane(score, 1), f64x2.extract_lane(score, 0), isB);
  let itsOutside = select<f64>(f64x2.extract_lane(outside, 1), f64x2.extract_lane(outside, 0), isB);
  let itsRange = select<f64>(f64x2.extract_lane(range, 1), f64x2.extract_lane(range, 0), isB);
  do {
    const parted = itsOutside / (itsRange + itsOutside);
    itsScore = parted / itsDepth + (1 - parted) * itsScore;
    itsDepth -= 1;
    up = parentOf(base + <i32>up);
    if (up == none) break;
    let low = lowest + <usize>up * boxBytes;
    if (up >= <u32>boxes) {
      gather(select<i32>(treeB, tree, isB), base + <i32>up, bareBox);
      low = bareBox;
    }
    const measured = inline.always(measure(low, at));
    itsOutside = <f64>f32x4.extract_lane(measured, 0);
    itsRange = <f64>f32x4.extract_lane(measured, 2);
  } while (itsOutside != 0);
  store<f64>(to + ((<usize>isB) << 3), itsScore);
}

function climbEach(treeA: i32, treeB: i32, leaves: usize, depths: usize, at: usize, to: usize): void {
  store<f64>(to, climb(treeA, load<i32>(leaves), load<i32>(depths), at));
  store<f64>(to, climb(treeB, load<i32>(leaves, 4), load<i32>(depths, 4), at), 8);
}

/**
 * Measures a point against the box of the node above a leaf. Whether it is bare no branch can foresee, so there is none:
 * either two corners make the box, or the points of two leaves.
 * @param own the leaf's point
 */
function measureAbove(tree: i32, slot: u32, leaf: i32, own: usize, at: usize): v128 {
  const bare = isBare(slot);
  const inner = tree * capacity + <i32>slot;
  const record = node + ((<usize>inner) << 4);
  const other = load<i32>(record) ^ load<i32>(record, 4) ^ ~leaf;
  if (bare && other >= 0) {
    gather(tree, inner, bareBox);
    return measure(bareBox, at);
  }
  const stored = boxOf(tree, slot);
  const bytes = pointBytes;
  const a = select<usize>(own, stored, bare);
  const b = select<usize>(pointOf(select<i32>(~other, leaf, bare)), stored + bytes, bare);
  let outside = f32x4.splat(0);
  let range = f32x4.splat(0);
  for (let d: usize = 0; d < bytes; d += 16) {
    const lowest = f32x4.pmin(v128.load(a + d), v128.load(b + d));
    const highest = f32x4.pmax(v128.load(a + d), v128.load(b + d));
    outside = f32x4.add(outside, distances(v128.load(at + d), lowest, highest));
    range = f32x4.add(range, f32x4.sub(highest, lowest));
  }
  return crosswise(outside, range);
}
