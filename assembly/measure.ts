// Distances as lib/random-cut-forest/Measure.ts defines them: float32, dimension d in lane d mod 4, lanes added crosswise.
import { pointBytes } from './state';

/** Lane 0: how far the point lies outside the box; lane 2: the sum of the box's sides. */
export function measure(low: usize, at: usize): v128 {
  const bytes = pointBytes;
  if (bytes < 16) return measureNarrow(low, at, bytes);
  let outside = f32x4.splat(0);
  let range = f32x4.splat(0);
  const end = at + bytes;
  do {
    const x = v128.load(at);
    const lowest = v128.load(low);
    const highest = v128.load(low + bytes);
    outside = f32x4.add(outside, distances(x, lowest, highest));
    range = f32x4.add(range, f32x4.sub(highest, lowest));
    at += 16;
    low += 16;
  } while (at < end);
  return crosswise(outside, range);
}

/** Lane 0: the sum of the lanes of `a`; lane 2: that of `b`. */
export function crosswise(a: v128, b: v128): v128 {
  const pairs = f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
  return f32x4.add(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2));
}

/** Points of one value or two, which take no whole register. */
function measureNarrow(low: usize, at: usize, bytes: usize): v128 {
  const zero = f32x4.splat(0);
  if (bytes == 4) {
    const lowest = v128.load32_zero(low);
    const highest = v128.load32_zero(low, 4);
    return v128.shuffle<f32>(
      distances(v128.load32_zero(at), lowest, highest),
      f32x4.sub(highest, lowest),
      0,
      0,
      4,
      4,
    );
  }
  const lowest = v128.load64_zero(low);
  const highest = v128.load64_zero(low, 8);
  const both = v128.shuffle<f32>(
    distances(v128.load64_zero(at), lowest, highest),
    f32x4.sub(highest, lowest),
    0,
    1,
    4,
    5,
  );
  return f32x4.add(f32x4.add(both, zero), v128.shuffle<f32>(both, both, 1, 0, 3, 2));
}

/** How far each value lies outside its interval; 0 inside. */
export function distances(x: v128, lowest: v128, highest: v128): v128 {
  return f32x4.pmax(f32x4.pmax(f32x4.sub(lowest, x), f32x4.sub(x, highest)), f32x4.splat(0));
}

/** How far two points lie from each other. */
export function apart(a: usize, b: usize): f32 {
  const bytes = pointBytes;
  if (bytes < 16) {
    const first = abs<f32>(load<f32>(a) - load<f32>(b));
    return bytes == 4 ? first : first + abs<f32>(load<f32>(a, 4) - load<f32>(b, 4));
  }
  let sum = f32x4.splat(0);
  const end = a + bytes;
  do {
    sum = f32x4.add(sum, f32x4.abs(f32x4.sub(v128.load(a), v128.load(b))));
    a += 16;
    b += 16;
  } while (a < end);
  return f32x4.extract_lane(crosswise(sum, sum), 0);
}

export function equal(a: usize, b: usize): bool {
  const bytes = pointBytes;
  if (bytes < 16) return load<f32>(a) == load<f32>(b) && (bytes == 4 || load<f32>(a, 4) == load<f32>(b, 4));
  const end = a + bytes;
  do {
    if (!v128.all_true<u32>(f32x4.eq(v128.load(a), v128.load(b)))) return false;
    a += 16;
    b += 16;
  } while (a < end);
  return true;
}
