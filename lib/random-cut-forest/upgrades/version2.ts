/** What version 2 of a snapshot looked like. Never to be changed again: it is what lies in people's files. */
import type { Section, Version } from '../layout';
import { completeOptions, type ForestOptions } from '../options';
import { upgradeTo, type Change } from './upgradeTo';
import { version3 } from './version3';

/** Links up were by themselves, and the numbers of rows and their uses had 32 bits. */
export const version2: Version = {
  headerWords: 40,
  alignment: 64,
  sections,
  upgrade: (snapshot) => upgradeTo(3, version3, version2, snapshot, ['rowUse'], change),
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
    ['leafRow', Int32Array, slots],
    ['heapKey', Float32Array, slots],
    ['shingle', Float32Array, width],
    ['nodeParent', Uint16Array, slots],
    ['leafParent', Uint16Array, slots],
    ['leafMass', Uint16Array, slots],
    ['heapLeaf', Uint16Array, slots],
    ['freeNode', Uint16Array, trees],
    ['freeLeaf', Uint16Array, trees],
    ['rowUse', Int32Array, rows],
    ['rowTime', Uint32Array, rows],
    ['point', Float32Array, rows * stride],
  ];
}

/** Version 3 has links up beside the cut dimensions, and links unused rows by their times instead of their uses. */
function change({ old, next, options }: Change): void {
  completeOptions(options);
  const node = next.get('node')!;
  old.get('nodeParent')!.forEach((parent, index) => (node[4 * index + 2]! |= parent << 16));
  old.get('rowUse')!.forEach((use, row) => {
    if (use < 0) next.get('rowTime')![row] = ~use;
    else next.get('rowUse')![row] = use;
  });
}
