// climb() for points of one value, in four trees at a time: their boxes share a register.
import { box, capacity, none, parentOf, parentOfLeaf, pointOf, trees } from './state';
import { foundDepth, foundLeaf, foundScore } from './workspace';
import { seenScore } from './walk';

/** Scores a point of one value in four of the trees that it fell through: the `first` of them is `tree`. */
export function climbFour(first: i32, tree: i32, at: usize): void {
  const last = trees - 1;
  const leaves = foundLeaf + ((<usize>first) << 2);
  const depths = foundDepth + ((<usize>first) << 2);
  const to = foundScore + ((<usize>first) << 3);
  // Behind the last tree it once more.
  const baseA = <usize>(min(tree, last) * capacity);
  const baseB = <usize>(min(tree + 1, last) * capacity);
  const baseC = <usize>(min(tree + 2, last) * capacity);
  const baseD = <usize>(min(tree + 3, last) * capacity);
  const leafA = load<i32>(leaves);
  const leafB = load<i32>(leaves, 4);
  const leafC = load<i32>(leaves, 8);
  const leafD = load<i32>(leaves, 12);
  const value = load<f32>(at);
  const x = f32x4.splat(value);

  let upA = <usize>parentOfLeaf(leafA);
  let upB = <usize>parentOfLeaf(leafB);
  let upC = <usize>parentOfLeaf(leafC);
  let upD = <usize>parentOfLeaf(leafD);
  let depthAB = f64x2.convert_low_i32x4_s(v128.load64_zero(depths));
  let depthCD = f64x2.convert_low_i32x4_s(v128.load64_zero(depths, 8));
  const one = f64x2.splat(1);
  const zero = f32x4.splat(0);
  let scoreAB = f64x2.div(one, f64x2.add(depthAB, one));
  let scoreCD = f64x2.div(one, f64x2.add(depthCD, one));
  let isAnyOutside = true;
  while (upA != none && upB != none && upC != none && upD != none) {
    const ab = v128.load64_lane(boxAt(baseB + upB), v128.load64_zero(boxAt(baseA + upA)), 1);
    const cd = v128.load64_lane(boxAt(baseD + upD), v128.load64_zero(boxAt(baseC + upC)), 1);
    const lowest = v128.shuffle<f32>(ab, cd, 0, 2, 4, 6);
    const highest = v128.shuffle<f32>(ab, cd, 1, 3, 5, 7);
    const outside = f32x4.pmax(f32x4.pmax(f32x4.sub(lowest, x), f32x4.sub(x, highest)), zero);
    isAnyOutside = v128.any_true(outside);
    if (!isAnyOutside) break;
    const range = f32x4.sub(highest, lowest);
    // A point that lies inside is parted with probability 0, which leaves its score as it is.
    const outsideAB = f64x2.promote_low_f32x4(outside);
    const outsideCD = f64x2.promote_low_f32x4(v128.shuffle<f32>(outside, outside, 2, 3, 2, 3));
    const rangeAB = f64x2.promote_low_f32x4(range);
    const rangeCD = f64x2.promote_low_f32x4(v128.shuffle<f32>(range, range, 2, 3, 2, 3));
    const partedAB = f64x2.div(outsideAB, f64x2.add(rangeAB, outsideAB));
    const partedCD = f64x2.div(outsideCD, f64x2.add(rangeCD, outsideCD));
    const staysAB = f64x2.mul(f64x2.sub(one, partedAB), scoreAB);
    const staysCD = f64x2.mul(f64x2.sub(one, partedCD), scoreCD);
    scoreAB = f64x2.add(f64x2.div(partedAB, depthAB), staysAB);
    scoreCD = f64x2.add(f64x2.div(partedCD, depthCD), staysCD);
    depthAB = f64x2.sub(depthAB, one);
    depthCD = f64x2.sub(depthCD, one);
    upA = <usize>parentOf(<i32>(baseA + upA));
    upB = <usize>parentOf(<i32>(baseB + upB));
    upC = <usize>parentOf(<i32>(baseC + upC));
    upD = <usize>parentOf(<i32>(baseD + upD));
  }
  v128.store(to, scoreAB);
  v128.store(to, scoreCD, 16);
  if (isAnyOutside) {
    // One has come to its root; the others go on alone.
    goOn(to, 0, baseA, upA, f64x2.extract_lane(depthAB, 0), value);
    goOn(to, 1, baseB, upB, f64x2.extract_lane(depthAB, 1), value);
    goOn(to, 2, baseC, upC, f64x2.extract_lane(depthCD, 0), value);
    goOn(to, 3, baseD, upD, f64x2.extract_lane(depthCD, 1), value);
  }
  ifSeen(to, 0, leafA, value, depths);
  ifSeen(to, 1, leafB, value, depths);
  ifSeen(to, 2, leafC, value, depths);
  ifSeen(to, 3, leafD, value, depths);
}

function boxAt(inner: usize): usize {
  return box + (inner << 3);
}

function goOn(to: usize, which: usize, base: usize, from: usize, depth: f64, x: f32): void {
  let up = from;
  let score = load<f64>(to + (which << 3));
  while (up != none) {
    const low = boxAt(base + up);
    const lowest = load<f32>(low);
    const highest = load<f32>(low, 4);
    const outside = <f64>max<f32>(lowest - x, x - highest);
    if (outside <= 0) break;
    const parted = outside / (<f64>(highest - lowest) + outside);
    score = parted / depth + (1 - parted) * score;
    depth -= 1;
    up = <usize>parentOf(<i32>(base + up));
  }
  store<f64>(to + (which << 3), score);
}

function ifSeen(to: usize, which: usize, leaf: i32, x: f32, depths: usize): void {
  if (load<f32>(pointOf(leaf)) != x) return;
  store<f64>(to + (which << 3), seenScore(leaf, load<i32>(depths + (which << 2))));
}
