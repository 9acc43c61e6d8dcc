import type { ForestOptions } from './options';

export const magic = 0x52434631; // "RCF1", which a machine of the other byte order reads differently
/** To be raised with every change to what follows or to what it means, together with a step in `upgrades/`. */
export const version = 4;
export const headerWords = 40;
const scalars = 5;

/** Records that are held back until their median can serve as origin; odd. */
export const heldRecords = 5;

/**
 * The part of the slots that have boxes where points are wide. About a third of a tree's nodes stand above two leaves and
 * can do without; that some of these have boxes all the same makes it seldom that another node goes without one.
 */
const boxed = 0.78;

/** Points of a batch at most, as assembly/workspace.ts has it. */
const mostPoints = 256;
/** So many leaves at most need rows, with those of a batch, whose numbers have 16 bits. */
const fewLeaves = 65_000;

export type View =
  | Uint32ArrayConstructor
  | Int32ArrayConstructor
  | Uint16ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor;

/** Name, kind and count of the numbers that lie together. */
export type Section = readonly [name: string, View: View, length: number];

/** The one description of the layout. The point store grows, so it comes last. */
export function sections(options: ForestOptions, rows: number): Section[] {
  const { dimensions, numberOfTrees: trees, subSampleSize, shingleSize } = options;
  const width = dimensions * shingleSize;
  const stride = strideOf(width);
  const slots = trees * subSampleSize;
  const boxes = trees * boxesOf(options);
  return [
    ['header', Uint32Array, headerWords],
    ['scalar', Float64Array, scalars],
    ['next', Float64Array, trees],
    ['origin', Float64Array, dimensions],
    ['held', Float64Array, heldRecords * dimensions],
    ['streams', Uint32Array, 2 * trees],
    ['root', Int32Array, trees],
    ['node', Int32Array, 4 * slots],
    ['box', Float32Array, 2 * stride * boxes],
    ['leafRow', rowBytesOf(options) === 2 ? Uint16Array : Uint32Array, slots],
    ['heapKey', Float32Array, slots],
    ['shingle', Float32Array, width],
    ['leafParent', Uint16Array, slots],
    ['leafMass', Uint16Array, slots],
    ['heapLeaf', Uint16Array, slots],
    ['freeNode', Uint16Array, trees],
    ['freeLeaf', Uint16Array, trees],
    ['freeBare', Uint16Array, trees],
    ['rowUse', Uint16Array, rows],
    ['rowTime', Uint32Array, rows],
    ['point', Float32Array, rows * stride],
  ];
}

/** Bytes of a row's number. */
export function rowBytesOf({ numberOfTrees, subSampleSize }: ForestOptions): 2 | 4 {
  return numberOfTrees * subSampleSize <= fewLeaves ? 2 : 4;
}

export function byteLength(options: ForestOptions, rows: number): number {
  return lengthOf(sections(options, rows), alignment);
}

/** Bytes of all sections. */
export function lengthOf(sections: readonly Section[], alignment: number): number {
  return sections.reduce((sum, section) => endOf(section, sum, alignment), 0);
}

/** Where the section after this one begins, in bytes. */
export function endOf([, View, length]: Section, begin: number, alignment: number): number {
  return Math.ceil((begin + length * View.BYTES_PER_ELEMENT) / alignment) * alignment;
}

/** Every section begins at a multiple of so many bytes, whatever comes before it: a line of the processor's cache. */
export const alignment = 64;

export function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

/** Whole vector registers, but for the narrowest points, of which there are most. */
export function strideOf(width: number): number {
  return width <= 2 ? width : Math.ceil(width / 4) * 4;
}

/** Slots of a tree whose nodes have a box: the first ones. Boxes of narrow points take little, and every node has one. */
export function boxesOf({ dimensions, shingleSize, subSampleSize }: ForestOptions): number {
  const isNarrow = strideOf(dimensions * shingleSize) < 8;
  return isNarrow ? subSampleSize : Math.ceil(boxed * subSampleSize);
}

/** One row for each leaf, and one for each point on its way in. */
export function maxRows(options: ForestOptions): number {
  return options.numberOfTrees * options.subSampleSize + batchOf(options);
}

/** Bytes of a forest that has room for all its points from the start. */
const small = 256 * 1024;

/**
 * Rows that a forest begins with. A large one gets more as it needs them; of very many small ones that move as they grow,
 * the gaps that they leave would be worth more than what they do without for a while.
 */
export function firstRows(options: ForestOptions): number {
  const most = maxRows(options);
  return byteLength(options, most) <= small ? most : Math.min(2 * options.subSampleSize, most);
}

/** Points that may be on their way in at a time: more would be quicker, but their rows are to be few beside the leaves'. */
export function batchOf({ numberOfTrees, subSampleSize }: ForestOptions): number {
  return Math.min(mostPoints, Math.ceil((numberOfTrees * subSampleSize) / 20));
}

/** How snapshots of one version lie, and how they become those of the next. */
export interface Version {
  readonly headerWords: number;
  /** bytes; each section begins at a multiple of it */
  readonly alignment: number;
  sections(options: ForestOptions, rows: number): readonly Section[];
  readonly upgrade?: (snapshot: ArrayBuffer) => ArrayBuffer;
}

/** The options and the number of rows that a snapshot of any version names in the same words. */
export function headerOf(snapshot: ArrayBuffer): { options: ForestOptions; rows: number } {
  const [dimensions, numberOfTrees, subSampleSize, timeDecay, shingleSize, seed, rows] = new Uint32Array(
    snapshot,
    12,
    7,
  ) as unknown as [number, number, number, number, number, number, number];
  return { options: { dimensions, numberOfTrees, subSampleSize, timeDecay, shingleSize, seed }, rows };
}
