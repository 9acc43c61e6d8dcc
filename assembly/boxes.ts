// Where the box of a link is, as lib/random-cut-forest/Boxes.ts finds it: a leaf's is its point, and a bare node's is made
// of its children's.
import { box, boxes, capacity, isBare, node, pointBytes, pointOf } from './state';

/** The box of a node that is not bare. */
export function boxOf(tree: i32, slot: u32): usize {
  return box + ((<usize>(tree * boxes + <i32>slot) * pointBytes) << 1);
}

/** Where the lowest values of a link's box are; a leaf's point is its highest, too. @param room for the box of a bare node */
export function lowOf(tree: i32, link: i32, room: usize): usize {
  if (link < 0) return pointOf(~link);
  const slot = link - tree * capacity;
  if (!isBare(slot)) return boxOf(tree, slot);
  gather(tree, link, room);
  return room;
}

export function highOf(link: i32, low: usize): usize {
  return link < 0 ? low : low + pointBytes;
}

/** Makes the box of an inner node of its children's; points take whole registers where nodes are bare. */
export function gather(tree: i32, inner: i32, to: usize): void {
  const record = node + ((<usize>inner) << 4);
  const left = load<i32>(record);
  const right = load<i32>(record, 4);
  if ((left & right) < 0) {
    const a = pointOf(~left);
    const b = pointOf(~right);
    span(to, a, a, b, b);
    return;
  }
  for (let d: usize = 0; d < pointBytes; d += 16) {
    v128.store(to + d, f32x4.splat(Infinity));
    v128.store(to + pointBytes + d, f32x4.splat(-Infinity));
  }
  include(tree, left, to);
  include(tree, right, to);
}

function include(tree: i32, link: i32, to: usize): void {
  const slot = link - tree * capacity;
  if (link >= 0 && isBare(slot)) {
    const record = node + ((<usize>link) << 4);
    include(tree, load<i32>(record), to);
    include(tree, load<i32>(record, 4), to);
    return;
  }
  const from = link >= 0 ? boxOf(tree, slot) : pointOf(~link);
  span(to, to, to + pointBytes, from, link >= 0 ? from + pointBytes : from);
}

/** Puts the box that holds two others at `to`. */
function span(to: usize, lowA: usize, highA: usize, lowB: usize, highB: usize): void {
  for (let d: usize = 0; d < pointBytes; d += 16) {
    v128.store(to + d, f32x4.pmin(v128.load(lowA + d), v128.load(lowB + d)));
    v128.store(to + pointBytes + d, f32x4.pmax(v128.load(highA + d), v128.load(highB + d)));
  }
}
