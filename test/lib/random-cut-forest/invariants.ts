import assert from 'node:assert/strict';
import { empty, none, type ForestState } from '../../../lib/random-cut-forest/ForestState';
import type { RandomCutForest } from '../../../lib/random-cut-forest';

/** Reads a forest's memory and checks that every tree is a tree of cuts over a sample, and that no row or slot is lost. */
export function assertInvariants(forest: RandomCutForest): void {
  const { state } = forest as unknown as { state: ForestState };
  const uses = new Int32Array(state.rowUse.length);
  for (let tree = 0; tree < state.options.numberOfTrees; tree++) {
    const leaves = assertTree(state, tree, uses);
    assertSample(state, tree, leaves);
    assertSlots(state, tree, leaves.size);
  }
  assertRows(state, uses);
}

interface Box {
  low: number[];
  high: number[];
}

/** @returns the mass of each leaf */
function assertTree(state: ForestState, tree: number, uses: Int32Array): Map<number, number> {
  const padded = (values: number[]) => [
    ...values,
    ...new Array<number>(state.stride - values.length).fill(0),
  ];
  const { node, cut, box, point, width, stride, leafRow, leafMass, leafParent, capacity } = state;
  const base = tree * capacity;
  const leaves = new Map<number, number>();
  const visit = (link: number, parent: number): Box => {
    if (link < 0) {
      const leaf = ~link;
      assert.equal(leafParent[leaf], parent, 'a leaf knows its parent');
      assert.ok(leafMass[leaf]! > 0, 'a leaf has mass');
      assert.ok(!leaves.has(leaf), 'a leaf is met once');
      leaves.set(leaf, leafMass[leaf]!);
      uses[leafRow[leaf]!]!++;
      const values = [...point.subarray(leafRow[leaf]! * stride, leafRow[leaf]! * stride + width)];
      assert.ok(values.every(Number.isFinite), 'points are finite');
      return { low: values, high: values };
    }
    assert.equal(state.parentOf(link), parent, 'an inner node knows its parent');
    const left = visit(node[4 * link]!, link - base);
    const right = visit(node[4 * link + 1]!, link - base);
    const dimension = state.cutDimensionOf(link);
    const value = cut[4 * link + 3]!;
    assert.ok(left.high[dimension]! <= value && value < right.low[dimension]!, 'a cut parts its children');
    const low = left.low.map((each, d) => Math.min(each, right.low[d]!));
    const high = left.high.map((each, d) => Math.max(each, right.high[d]!));
    const stored = box.subarray(2 * stride * link, 2 * stride * (link + 1));
    assert.deepEqual([...stored], [...padded(low), ...padded(high)], 'a box is as small as can be');
    return { low, high };
  };
  if (state.root[tree] === empty) assert.equal(state.size, 0);
  else visit(state.root[tree]!, none);
  return leaves;
}

function assertSample(state: ForestState, tree: number, leaves: ReadonlyMap<number, number>): void {
  const base = tree * state.capacity;
  const masses = new Map<number, number>();
  for (let i = 0; i < state.size; i++) {
    const leaf = base + state.heapLeaf[base + i]!;
    masses.set(leaf, (masses.get(leaf) ?? 0) + 1);
    const parent = (i - 1) >> 1;
    if (i > 0) assert.ok(state.heapKey[base + parent]! >= state.heapKey[base + i]!, 'keys form a heap');
    assert.ok(state.heapKey[base + i]! >= 0, 'keys are no NaN');
  }
  assert.deepEqual(
    new Map([...masses].sort()),
    new Map([...leaves].sort()),
    'the sample is what the tree holds',
  );
}

function assertSlots(state: ForestState, tree: number, leaves: number): void {
  const count = (head: number, following: (index: number) => number) => {
    let length = 0;
    for (let slot = head; slot !== none; slot = following(tree * state.capacity + slot)) {
      assert.ok(++length <= state.capacity, 'the list of free slots ends');
    }
    return length;
  };
  const { capacity } = state;
  assert.equal(
    count(state.freeLeaf[tree]!, (index) => state.leafParent[index]!),
    capacity - leaves,
    'no leaf is lost',
  );
  assert.equal(
    count(state.freeNode[tree]!, (index) => state.parentOf(index)),
    capacity - Math.max(0, leaves - 1),
    'no inner node is lost',
  );
}

function assertRows(state: ForestState, uses: Int32Array): void {
  let free = 0;
  for (let row = 0; row < uses.length; row++) {
    if (state.rowUse[row] === 0) free++;
    assert.equal(state.rowUse[row], uses[row], 'a row counts its leaves');
  }
  state.reserveRows(free);
  assert.equal(state.rowUse.length, uses.length, 'the free rows are counted');
  const rows = Array.from({ length: free }, () => state.takeRow());
  assert.equal(new Set(rows).size, free, 'a free row is in the list once');
  rows.reverse().forEach((row) => state.releaseRow(row));
}
