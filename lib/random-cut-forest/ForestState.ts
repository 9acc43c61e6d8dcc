import { expm1, ln } from './deterministicMath';
import { heap, type Block, type Memory } from './Memory';
import type { ForestOptions } from './options';
import { seedStreams } from './random';

const magic = 0x52434631; // "RCF1", which a machine of the other byte order reads differently
const version = 2;
/** Here the header says where each section begins, for readers that do not know `sections`. */
const offsetsAt = 16;
const headerWords = 40;
const scalars = 5;

/** Records that are held back until their median can serve as origin; odd. */
export const heldRecords = 5;

/** "No node" in the 16-bit links, which count from 0 within a tree. */
export const none = 0xffff;
/** The root of a tree without points. */
export const empty = 0x7fffffff;

/**
 * Everything a forest knows, in one block of memory: a copy of it is a snapshot. Trees lie one after the other; the
 * inner node or the leaf `slot` of tree t has the index t * capacity + slot. Points and boxes are padded with zeros to
 * `stride` values, so that they can be read four at a time.
 *
 * A link down is an index: >= 0 an inner node, < 0 the leaf ~link. A link up is the parent's slot or `none`. Unused slots
 * form a list through their links up, and unused rows of the point store one through their reference counts (~next).
 */
export class ForestState {
  block!: Block;

  /**
   * magic, version, checksum, the six options, rows of the point store, first free row, points per tree, free rows,
   * stride; from word 16 on where the sections begin, in bytes
   */
  private header!: Uint32Array;
  /** sum of all weights so far, weight of the latest point, records seen, points offered to the trees, exp(1/timeDecay) */
  readonly scalar!: Float64Array;
  /** the sum of weights at which each tree takes its next point */
  readonly next!: Float64Array;
  /** what is subtracted from each value before it is rounded to float32 */
  readonly origin!: Float64Array;
  /** the first records, until the origin is known */
  readonly held!: Float64Array;
  /** counter and key of each tree's random numbers */
  readonly streams!: Uint32Array;
  readonly root!: Int32Array;
  /** four words a node: left, right, cut dimension, cut; values up to the cut go left */
  readonly node!: Int32Array;
  /** the same memory as `node`, for the cut */
  readonly cut!: Float32Array;
  /** per inner node: the lowest values below it, `stride` of them, then the highest */
  readonly box!: Float32Array;
  /** row of each leaf's point */
  readonly leafRow!: Int32Array;
  /** sampling keys, a heap for each tree with the largest, next to be evicted, on top */
  readonly heapKey!: Float32Array;
  /** the latest records that make the next point, oldest first; the last record's place is free */
  readonly shingle!: Float32Array;
  readonly nodeParent!: Uint16Array;
  readonly leafParent!: Uint16Array;
  /** how many equal points a leaf stands for */
  readonly leafMass!: Uint16Array;
  /** leaf slot of each heap entry */
  readonly heapLeaf!: Uint16Array;
  readonly freeNode!: Uint16Array;
  readonly freeLeaf!: Uint16Array;
  /** how many leaves use a row, and a point on its way in; of a free row ~next */
  rowUse!: Int32Array;
  /** which of the points offered the row's latest is, counted from 1, modulo 2^32 */
  rowTime!: Uint32Array;
  /** the points, `stride` values each, shared by all trees */
  point!: Float32Array;

  /** log2(n + 1) for n up to the capacity */
  readonly log2: Float64Array;
  /** values in one point */
  readonly width: number;
  /** places that the values of one point take */
  readonly stride: number;
  /** slots of one tree */
  readonly capacity: number;

  private constructor(
    readonly options: ForestOptions,
    private readonly memory: Memory,
    block: Block,
  ) {
    this.width = options.dimensions * options.shingleSize;
    this.stride = strideOf(this.width);
    this.capacity = options.subSampleSize;
    this.log2 = Float64Array.from({ length: this.capacity + 1 }, (_, n) => ln(n + 1) / Math.LN2);
    this.bind(block);
  }

  static create(options: ForestOptions, memory: Memory = heap): ForestState {
    const rows = Math.min(2 * options.subSampleSize, maxRows(options));
    const block = allocate(memory, options, rows);
    const { dimensions, numberOfTrees, subSampleSize, timeDecay, shingleSize, seed } = options;
    new Uint32Array(block.buffer, block.byteOffset, headerWords).set([
      magic,
      version,
      0,
      dimensions,
      numberOfTrees,
      subSampleSize,
      timeDecay,
      shingleSize,
      seed,
      rows,
    ]);
    const state = new ForestState(options, memory, block);
    state.scalar[1] = 1;
    state.scalar[4] = 1 + expm1(1 / timeDecay);
    seedStreams(state.streams, seed);
    state.root.fill(empty);
    for (let i = 0; i < state.nodeParent.length; i++) {
      const following = (i % subSampleSize) + 1;
      const link = following === subSampleSize ? none : following;
      state.nodeParent[i] = link;
      state.leafParent[i] = link;
    }
    state.linkFreeRows(0, rows);
    return state;
  }

  /**
   * Brings a snapshot back to life.
   * @throws Error saying what is wrong with it
   */
  static from(data: ArrayBuffer, memory: Memory = heap): ForestState {
    if (data.byteLength < headerWords * 4) {
      throw new Error(`a forest's snapshot has at least ${headerWords * 4} bytes, got ${data.byteLength}`);
    }
    const header = new Uint32Array(data, 0, headerWords);
    if (header[0] !== magic) {
      throw new Error(`data must begin with ${magic.toString(16)}, got ${header[0]!.toString(16)}`);
    }
    if (header[1] !== version) {
      throw new Error(`a forest's snapshot must be of version ${version}, got ${header[1]}`);
    }
    const [dimensions, numberOfTrees, subSampleSize, timeDecay, shingleSize, seed, rows] = header.subarray(
      3,
    ) as unknown as [number, number, number, number, number, number, number];
    const options = { dimensions, numberOfTrees, subSampleSize, timeDecay, shingleSize, seed };
    const expected = byteLength(options, rows);
    if (data.byteLength !== expected) {
      throw new Error(`a snapshot of this forest must have ${expected} bytes, got ${data.byteLength}`);
    }
    if (header[2] !== checksum(data)) throw new Error("the snapshot's checksum is wrong: it is damaged");
    const block = allocate(memory, options, rows);
    new Uint8Array(block.buffer, block.byteOffset, expected).set(new Uint8Array(data));
    return new ForestState(options, memory, block);
  }

  /** A copy of everything, for `from`. */
  snapshot(): ArrayBuffer {
    const { buffer, byteOffset, byteLength } = this.block;
    const copy = buffer.slice(byteOffset, byteOffset + byteLength);
    new Uint32Array(copy)[2] = checksum(copy);
    return copy;
  }

  /** Points in each tree: all trees hold equally many. */
  get size(): number {
    return this.header[11]!;
  }

  set size(points: number) {
    this.header[11] = points;
  }

  /** Records seen. */
  get seen(): number {
    return this.scalar[2]!;
  }

  set seen(records: number) {
    this.scalar[2] = records;
  }

  /**
   * Makes sure of so many free rows. It may move everything to a larger block: take arrays from the state only
   * afterwards.
   */
  reserveRows(count: number): void {
    while (this.header[12]! < count) this.growRows(count);
  }

  /** Takes a free row of the point store, which must have been reserved, on behalf of one user. */
  takeRow(): number {
    const row = this.header[10]!;
    this.header[10] = ~this.rowUse[row]!;
    this.header[12]!--;
    this.rowUse[row] = 1;
    this.rowTime[row] = this.scalar[3]!;
    return row;
  }

  /** One user less; a row without users is free. */
  releaseRow(row: number): void {
    if (--this.rowUse[row]! > 0) return;
    this.rowUse[row] = ~this.header[10]!;
    this.header[10] = row;
    this.header[12]!++;
  }

  /** Gives the memory back. The state is of no use afterwards. */
  free(): void {
    this.block.free();
  }

  private growRows(count: number): void {
    const rows = this.rowUse.length;
    const more = Math.max(Math.min(Math.ceil(rows * 1.5), maxRows(this.options)), rows + count);
    const { block, rowUse, rowTime, point, header } = this;
    const firstFree = header[12]! > 0 ? header[10]! : more;
    const larger = allocate(this.memory, this.options, more);
    new Uint8Array(larger.buffer, larger.byteOffset).set(
      new Uint8Array(block.buffer, block.byteOffset, rowUse.byteOffset - block.byteOffset),
    );
    new Uint32Array(larger.buffer, larger.byteOffset)[9] = more;
    this.bind(larger);
    this.rowUse.set(rowUse);
    this.rowTime.set(rowTime);
    this.point.set(point);
    block.free();
    this.linkFreeRows(rows, more, firstFree);
  }

  /** Puts new rows in front of the list of free ones. */
  private linkFreeRows(from: number, to: number, firstFree = to): void {
    for (let row = from; row < to; row++) this.rowUse[row] = ~(row + 1);
    this.rowUse[to - 1] = ~firstFree;
    this.header[10] = from;
    this.header[12]! += to - from;
  }

  private bind(block: Block): void {
    const { buffer, byteOffset } = block;
    this.block = block;
    const header = new Uint32Array(buffer, byteOffset, headerWords);
    let offset = 0;
    sections(this.options, header[9]!).forEach(([name, View, length], index) => {
      (this as Record<string, unknown>)[name] = new View(buffer, byteOffset + offset, length);
      header[offsetsAt + index] = offset;
      offset = aligned(offset + length * View.BYTES_PER_ELEMENT);
    });
    header[13] = this.stride;
    (this as { cut: Float32Array }).cut = new Float32Array(buffer, this.node.byteOffset, this.node.length);
  }
}

type View =
  | Uint32ArrayConstructor
  | Int32ArrayConstructor
  | Uint16ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor;

/** The one description of the layout. The point store grows, so it comes last. */
function sections(options: ForestOptions, rows: number): [string, View, number][] {
  const { dimensions, numberOfTrees: trees, subSampleSize, shingleSize } = options;
  const width = dimensions * shingleSize;
  const stride = strideOf(width);
  const slots = trees * subSampleSize;
  return [
    ['header', Uint32Array, headerWords],
    ['scalar', Float64Array, scalars],
    ['next', Float64Array, trees],
    ['origin', Float64Array, dimensions],
    ['held', Float64Array, heldRecords * dimensions],
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

function byteLength(options: ForestOptions, rows: number): number {
  return sections(options, rows).reduce(
    (sum, [, View, length]) => aligned(sum + length * View.BYTES_PER_ELEMENT),
    0,
  );
}

function allocate(memory: Memory, options: ForestOptions, rows: number): Block {
  return memory.allocate(byteLength(options, rows), strideOf(options.dimensions * options.shingleSize));
}

/** Every section begins at a multiple of 16 bytes, whatever comes before it: the size of a vector register. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

/** Whole vector registers, but for the narrowest points, of which there are most. */
function strideOf(width: number): number {
  return width <= 2 ? width : Math.ceil(width / 4) * 4;
}

/** One row for each leaf, and one for a point on its way in. */
function maxRows({ numberOfTrees, subSampleSize }: ForestOptions): number {
  return numberOfTrees * subSampleSize + 1;
}

/** FNV-1a over 32-bit words, with the checksum's own word taken as 0. */
function checksum(data: ArrayBuffer): number {
  const words = new Uint32Array(data);
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ (i === 2 ? 0 : words[i]!), 0x01000193);
  return hash >>> 0;
}
