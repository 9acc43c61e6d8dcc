/** What version 3 of a snapshot looked like. Never to be changed again: it is what lies in people's files. */
import * as version4 from '../layout';
import type { Section, Version } from '../layout';
import type { ForestOptions } from '../options';
import { upgradeTo, type Change } from './upgradeTo';

/** Every inner node had a box. */
export const version3: Version = {
  headerWords: 40,
  alignment: 64,
  sections,
  upgrade: (snapshot) => upgradeTo(4, version4, version3, snapshot, ['box', 'freeNode'], change),
};

function sections(options: ForestOptions, rows: number): readonly Section[] {
  const { dimensions, numberOfTrees: trees, subSampleSize, shingleSize } = options;
  const width = dimensions * shingleSize;
  const stride = width <= 2 ? width : Math.ceil(width / 4) * 4;
  const slots = trees * subSampleSize;
  return [
    ['header', Uint32Array, 40],
    ['scalar', Float64Array, 5],
    ['next', Float64Array, trees],
    ['origin', Float64Array, dimensions],
    ['held', Float64Array, 5 * dimensions],
    ['streams', Uint32Array, 2 * trees],
    ['root', Int32Array, trees],
    ['node', Int32Array, 4 * slots],
    ['box', Float32Array, 2 * stride * slots],
    ['leafRow', slots <= 65_000 ? Uint16Array : Uint32Array, slots],
    ['heapKey', Float32Array, slots],
    ['shingle', Float32Array, width],
    ['leafParent', Uint16Array, slots],
    ['leafMass', Uint16Array, slots],
    ['heapLeaf', Uint16Array, slots],
    ['freeNode', Uint16Array, trees],
    ['freeLeaf', Uint16Array, trees],
    ['rowUse', Uint16Array, rows],
    ['rowTime', Uint32Array, rows],
    ['point', Float32Array, rows * stride],
  ];
}

const none = 0xffff;

/** Version 4 has boxes for the first slots of each tree only, and lists the free slots of both kinds apart. */
function change({ old, next, options }: Change): void {
  const { numberOfTrees: trees, subSampleSize: slots } = options;
  const boxLength = old.get('box')!.length / (trees * slots);
  const boxes = next.get('box')!.length / (trees * boxLength);
  const node = next.get('node')!;
  for (let tree = 0; tree < trees; tree++) {
    const from = tree * slots * boxLength;
    const kept = old.get('box')!.subarray(from, from + boxes * boxLength);
    next.get('box')!.set(kept, tree * boxes * boxLength);

    const [free, bare] = [next.get('freeNode')!, next.get('freeBare')!];
    free[tree] = bare[tree] = none;
    for (let slot = old.get('freeNode')![tree]!; slot !== none;) {
      const list = slot < boxes ? free : bare;
      const word = 4 * (tree * slots + slot) + 2;
      const following = node[word]! >>> 16;
      node[word] = (list[tree]! << 16) | (node[word]! & 0xffff);
      list[tree] = slot;
      slot = following;
    }
  }
}
