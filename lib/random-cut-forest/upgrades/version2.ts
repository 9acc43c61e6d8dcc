/** What version 2 of a snapshot looked like. Never to be changed again: it is what lies in people's files. */
import { checksum } from '../checksum';
import * as next from '../layout';
import { headerOf, type Section, type Version } from '../layout';
import { completeOptions, type ForestOptions } from '../options';
import { viewsOf } from './views';

/** Links up were by themselves, and the numbers of rows and their uses had 32 bits. */
export const version2: Version = { headerWords: 40, alignment: 64, sections, upgrade };

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

const kept = [
  ...['scalar', 'next', 'origin', 'held', 'streams', 'shingle', 'root', 'node', 'box', 'leafRow', 'heapKey'],
  ...['leafParent', 'leafMass', 'heapLeaf', 'freeNode', 'freeLeaf', 'rowTime', 'point'],
];

/** Version 3 has links up beside the cut dimensions, and links unused rows by their times instead of their uses. */
function upgrade(snapshot: ArrayBuffer): ArrayBuffer {
  const { options, rows } = headerOf(snapshot);
  completeOptions(options);
  const upgraded = new ArrayBuffer(next.byteLength(options, rows));
  const old = viewsOf(snapshot, sections(options, rows), version2.alignment);
  const views = viewsOf(upgraded, next.sections(options, rows), next.alignment);
  for (const name of kept) views.get(name)!.set(old.get(name)!);
  const node = views.get('node')!;
  old.get('nodeParent')!.forEach((parent, index) => (node[4 * index + 2]! |= parent << 16));
  old.get('rowUse')!.forEach((use, row) => {
    if (use < 0) views.get('rowTime')![row] = ~use;
    else views.get('rowUse')![row] = use;
  });
  const header = views.get('header')!;
  header.set(old.get('header')!.subarray(0, 14));
  header[1] = 3;
  header[2] = checksum(new Uint32Array(upgraded));
  return upgraded;
}
