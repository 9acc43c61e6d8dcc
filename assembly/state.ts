// Where the state of the forest at hand lies: the sections that lib/random-cut-forest/ForestState.ts declares, as
// addresses. Links, masks and lists mean what they mean there.

/** "No node" in the 16-bit links, and the root of a tree without points. */
export const none: u32 = 0xffff;
export const empty: i32 = 0x7fffffff;

export let header: usize;
export let scalar: usize;
export let next: usize;
export let streams: usize;
export let root: usize;
export let node: usize;
export let box: usize;
let leafRow: usize;
export let heapKey: usize;
export let leafParent: usize;
export let leafMass: usize;
export let heapLeaf: usize;
export let freeNode: usize;
export let freeLeaf: usize;
export let rowUse: usize;
export let rowTime: usize;
export let point: usize;

export let trees: i32;
export let capacity: i32;
/** row numbers take 2 bytes or 4; so that no branch is needed, 4 are read of either */
let rowShift: usize;
let rowMask: u32;
/** values of a point, and the bytes that they take */
export let width: i32;
export let pointBytes: usize;

function section(index: usize): usize {
  return header + <usize>load<u32>(header + ((16 + index) << 2));
}

/** Takes up the state of another forest, or of one that may have moved. */
export function bind(state: usize): void {
  header = state;
  trees = load<i32>(state, 4 << 2);
  capacity = load<i32>(state, 5 << 2);
  width = load<i32>(state, 3 << 2) * load<i32>(state, 7 << 2);
  pointBytes = (<usize>load<u32>(state, 13 << 2)) << 2;
  const rowBytes = load<u32>(state, 14 << 2);
  rowShift = rowBytes >> 1;
  rowMask = rowBytes == 2 ? 0xffff : 0xffffffff;
  scalar = section(1);
  next = section(2);
  streams = section(5);
  root = section(6);
  node = section(7);
  box = section(8);
  leafRow = section(9);
  heapKey = section(10);
  leafParent = section(12);
  leafMass = section(13);
  heapLeaf = section(14);
  freeNode = section(15);
  freeLeaf = section(16);
  rowUse = section(17);
  rowTime = section(18);
  point = section(19);
}

/** Points in each tree. */
export function size(): i32 {
  return load<i32>(header, 11 << 2);
}

export function setSize(points: i32): void {
  store<i32>(header, points, 11 << 2);
}

export function boxOf(inner: i32): usize {
  return box + ((<usize>inner * pointBytes) << 1);
}

export function rowOf(leaf: i32): i32 {
  return <i32>(load<u32>(leafRow + ((<usize>leaf) << rowShift)) & rowMask);
}

export function setRowOf(leaf: i32, row: i32): void {
  if (rowShift == 1) store<u16>(leafRow + ((<usize>leaf) << 1), row);
  else store<i32>(leafRow + ((<usize>leaf) << 2), row);
}

export function pointOf(leaf: i32): usize {
  return point + <usize>rowOf(leaf) * pointBytes;
}

/** The slot of an inner node's parent, or `none`. */
export function parentOf(inner: i32): u32 {
  return load<u16>(node + ((<usize>inner) << 4), 10);
}

export function setParentOf(inner: i32, parent: u32): void {
  store<u16>(node + ((<usize>inner) << 4), parent, 10);
}

export function parentOfLeaf(leaf: i32): u32 {
  return load<u16>(leafParent + ((<usize>leaf) << 1));
}
