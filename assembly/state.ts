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
export let leafRow: usize;
export let heapKey: usize;
export let nodeParent: usize;
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
  scalar = section(1);
  next = section(2);
  streams = section(5);
  root = section(6);
  node = section(7);
  box = section(8);
  leafRow = section(9);
  heapKey = section(10);
  nodeParent = section(12);
  leafParent = section(13);
  leafMass = section(14);
  heapLeaf = section(15);
  freeNode = section(16);
  freeLeaf = section(17);
  rowUse = section(18);
  rowTime = section(19);
  point = section(20);
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

export function pointOf(leaf: i32): usize {
  return point + <usize>load<i32>(leafRow + ((<usize>leaf) << 2)) * pointBytes;
}
