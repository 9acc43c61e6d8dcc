/** What version 1 of a snapshot looked like. Never to be changed again: it is what lies in people's files. */
import { checksum } from '../checksum';
import { expm1 } from '../deterministicMath';
import { headerOf, lengthOf, type Section, type Version, type View } from '../layout';
import type { ForestOptions } from '../options';
import { version2 } from './version2';
import { viewsOf } from './views';

/** Sections began at multiples of 8 bytes, boxes had lowest and highest value side by side, points were not padded. */
export const version1: Version = { headerWords: 16, alignment: 8, sections, upgrade };

function sections(options: ForestOptions, rows: number): readonly Section[] {
  const { dimensions, numberOfTrees: trees, subSampleSize, shingleSize } = options;
  const width = dimensions * shingleSize;
  const slots = trees * subSampleSize;
  return [
    ['header', Uint32Array, 16],
    ['scalar', Float64Array, 4],
    ['next', Float64Array, trees],
    ['origin', Float64Array, dimensions],
    ['held', Float64Array, 5 * dimensions],
    ['streams', Uint32Array, 2 * trees],
    ['root', Int32Array, trees],
    ['node', Int32Array, 4 * slots],
    ['box', Float32Array, 2 * width * slots],
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
    ['point', Float32Array, rows * width],
  ];
}

/**
 * Version 2 pads boxes and points to a stride, counts the free rows, keeps the growth of the weights, and remembers when
 * each point was seen last: for those of version 1 nobody knows, so they are as old as the stream.
 */
function upgrade(snapshot: ArrayBuffer): ArrayBuffer {
  const { options, rows } = headerOf(snapshot);
  const width = options.dimensions * options.shingleSize;
  const next = version2.sections(options, rows);
  const upgraded = new ArrayBuffer(lengthOf(next, version2.alignment));
  const old = viewsOf(snapshot, sections(options, rows), version1.alignment);
  const views = viewsOf(upgraded, next, version2.alignment);
  for (const [name, view] of old) if (name !== 'box' && name !== 'point') views.get(name)!.set(view);

  const stride = views.get('point')!.length / rows;
  spread(old.get('point')!, views.get('point')!, rows, { width, stride, step: 1, from: 0, to: 0 });
  const boxes = options.numberOfTrees * options.subSampleSize;
  spread(old.get('box')!, views.get('box')!, boxes, { width, stride: 2 * stride, step: 2, from: 0, to: 0 });
  spread(old.get('box')!, views.get('box')!, boxes, {
    width,
    stride: 2 * stride,
    step: 2,
    from: 1,
    to: stride,
  });

  const header = views.get('header')!;
  header[1] = 2;
  header[12] = Array.from(old.get('rowUse')!).filter((use) => use < 0).length;
  header[13] = stride;
  views.get('scalar')![4] = 1 + expm1(1 / options.timeDecay);
  header[2] = checksum(new Uint32Array(upgraded));
  return upgraded;
}

/** Copies `width` numbers of each of `count` groups, every `step`-th from `from` on, to their place in wider groups. */
function spread(
  old: InstanceType<View>,
  wider: InstanceType<View>,
  count: number,
  {
    width,
    stride,
    step,
    from,
    to,
  }: { width: number; stride: number; step: number; from: number; to: number },
): void {
  for (let group = 0; group < count; group++) {
    for (let d = 0; d < width; d++) {
      wider[group * stride + to + d] = old[(group * width + d) * step + from]!;
    }
  }
}
