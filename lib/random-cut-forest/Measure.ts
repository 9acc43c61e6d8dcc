import { Boxes } from './Boxes';
import type { ForestState } from './ForestState';

/**
 * Distances of points from boxes and leaves, summed over the dimensions. The sums are made in float32 and in four lanes,
 * dimension d in lane d mod 4, which are added up crosswise at the end: what a vector unit does, so that the WebAssembly
 * kernel comes to the same bits. A sum of such distances is 0 exactly if all of them are.
 */
export class Measure {
  /** how far the point of the last call lies outside the box */
  outside = 0;
  /** the sum of the box's sides */
  range = 0;

  private readonly boxes: Boxes;

  constructor(private readonly state: ForestState) {
    this.boxes = new Boxes(state);
  }

  /** Measures a point against the box of an inner node. */
  box(index: number, points: Float32Array, at: number): void {
    const { state, boxes } = this;
    const low = state.boxAt(index);
    if (low < 0) boxes.findChildren(index);
    this.boxIn(low < 0 ? boxes.values : state.box, low < 0 ? boxes.low : low, points, at);
  }

  /** Measures a point against a box, its `stride` lowest values at `low`, the highest behind them. */
  boxIn(boxes: Float32Array, low: number, points: Float32Array, at: number): void {
    const { stride } = this.state;
    const lanes = Math.min(stride, 4);
    const { fround } = Math;
    let o0 = 0;
    let o1 = 0;
    let o2 = 0;
    let o3 = 0;
    let r0 = 0;
    let r1 = 0;
    let r2 = 0;
    let r3 = 0;
    for (let d = 0; d < stride; d += 4) {
      const b = low + d;
      const p = at + d;
      o0 = fround(o0 + distance(points[p]!, boxes[b]!, boxes[b + stride]!));
      r0 = fround(r0 + fround(boxes[b + stride]! - boxes[b]!));
      if (lanes === 1) break;
      o1 = fround(o1 + distance(points[p + 1]!, boxes[b + 1]!, boxes[b + stride + 1]!));
      r1 = fround(r1 + fround(boxes[b + stride + 1]! - boxes[b + 1]!));
      if (lanes === 2) break;
      o2 = fround(o2 + distance(points[p + 2]!, boxes[b + 2]!, boxes[b + stride + 2]!));
      r2 = fround(r2 + fround(boxes[b + stride + 2]! - boxes[b + 2]!));
      o3 = fround(o3 + distance(points[p + 3]!, boxes[b + 3]!, boxes[b + stride + 3]!));
      r3 = fround(r3 + fround(boxes[b + stride + 3]! - boxes[b + 3]!));
    }
    this.outside = fround(fround(o0 + o2) + fround(o1 + o3));
    this.range = fround(fround(r0 + r2) + fround(r1 + r3));
  }

  /** How far a point lies from that of a leaf. */
  leaf(leaf: number, points: Float32Array, at: number): number {
    const { point, leafRow, stride } = this.state;
    const other = leafRow[leaf]! * stride;
    const lanes = Math.min(stride, 4);
    const { fround } = Math;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let d = 0; d < stride; d += 4) {
      const p = at + d;
      const q = other + d;
      s0 = fround(s0 + gap(points[p]!, point[q]!));
      if (lanes === 1) break;
      s1 = fround(s1 + gap(points[p + 1]!, point[q + 1]!));
      if (lanes === 2) break;
      s2 = fround(s2 + gap(points[p + 2]!, point[q + 2]!));
      s3 = fround(s3 + gap(points[p + 3]!, point[q + 3]!));
    }
    return fround(fround(s0 + s2) + fround(s1 + s3));
  }
}

function gap(x: number, y: number): number {
  return Math.fround(Math.abs(x - y));
}

function distance(x: number, lowest: number, highest: number): number {
  return x < lowest ? Math.fround(lowest - x) : x > highest ? Math.fround(x - highest) : 0;
}
