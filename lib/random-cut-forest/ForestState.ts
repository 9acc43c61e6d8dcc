import { checksum } from './checksum';
import { expm1, ln } from './deterministicMath';
import {
  aligned,
  boxesOf,
  byteLength,
  firstRows,
  headerOf,
  headerWords,
  magic,
  maxRows,
  rowBytesOf,
  sections,
  strideOf,
  version,
} from './layout';
import { heap, type Block, type Memory } from './Memory';
import type { ForestOptions } from './options';
import { seedStreams } from './random';
import { offsetsAt, Sections } from './Sections';
import { readSnapshot, type SnapshotBytes } from './snapshot';

export { heldRecords } from './layout';

/** "No node" in the 16-bit links, which count from 0 within a tree. */
export const none = 0xffff;
/** The root of a tree without points. */
export const empty = 0x7fffffff;

/**
 * Everything a forest knows, in one block of memory: a copy of it is a snapshot. Trees lie one after the other; the
 * inner node or the leaf `slot` of tree t has the index t * capacity + slot. Points and boxes are padded with zeros to
 * `stride` values, so that they can be read four at a time.
 *
 * The nodes in the first slots of each tree have boxes, those in the others, bare ones, do not: `Boxes` makes theirs.
 *
 * A link down is an index: >= 0 an inner node, < 0 the leaf ~link. A link up is the parent's slot or `none`. Unused slots
 * form lists through their links up, and unused rows of the point store one through their times.
 */
export class ForestState extends Sections {
  /** values in one point */
  readonly width: number;
  /** places that the values of one point take */
  readonly stride: number;
  /** slots of one tree */
  readonly capacity: number;
  /** slots of one tree whose nodes have boxes */
  readonly boxes: number;
  private logarithms: Float64Array | undefined;

  private constructor(
    readonly options: ForestOptions,
    private readonly memory: Memory,
    block: Block,
  ) {
    super();
    this.width = options.dimensions * options.shingleSize;
    this.stride = strideOf(this.width);
    this.capacity = options.subSampleSize;
    this.boxes = boxesOf(options);
    this.bind(block);
  }

  static create(options: ForestOptions, memory: Memory = heap): ForestState {
    const rows = firstRows(options);
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
    const { boxes, leafParent, node } = state;
    for (let i = 0; i < leafParent.length; i++) {
      const following = (i % subSampleSize) + 1;
      const next = following === subSampleSize ? none : following;
      leafParent[i] = next;
      node[4 * i + 2] = (following === boxes ? none : next) << 16;
    }
    state.freeBare.fill(state.boxes < subSampleSize ? state.boxes : none);
    state.linkFreeRows(0, rows);
    state.forgetViews();
    return state;
  }

  /**
   * Brings a snapshot back to life.
   * @throws Error saying what is wrong with it
   */
  static from(data: SnapshotBytes, memory: Memory = heap): ForestState {
    const snapshot = readSnapshot(data);
    const { options, rows } = headerOf(snapshot);
    const block = allocate(memory, options, rows);
    new Uint8Array(block.buffer, block.byteOffset, snapshot.byteLength).set(new Uint8Array(snapshot));
    return new ForestState(options, memory, block);
  }

  /** A copy of everything, for `from`. */
  snapshot(): ArrayBuffer {
    const { buffer, byteOffset, byteLength } = this.block;
    // A slice of memory that threads share would be shared, too.
    const words = new Uint32Array(byteLength / 4);
    words.set(new Uint32Array(buffer, byteOffset, words.length));
    words[2] = checksum(words);
    return words.buffer;
  }

  /** log2(n + 1) for n up to the capacity */
  get log2(): Float64Array {
    return (this.logarithms ??= Float64Array.from(
      { length: this.capacity + 1 },
      (_, n) => ln(n + 1) / Math.LN2,
    ));
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

  /** The dimension that an inner node cuts. */
  cutDimensionOf(node: number): number {
    return this.node[4 * node + 2]! & 0xffff;
  }

  /** The slot of an inner node's parent, or `none`. */
  parentOf(node: number): number {
    return this.node[4 * node + 2]! >>> 16;
  }

  setParentOf(node: number, parent: number): void {
    this.node[4 * node + 2] = (parent << 16) | this.cutDimensionOf(node);
  }

  /** Where the box of an inner node begins, or -1 if the node is bare. */
  boxAt(node: number): number {
    const { boxes, capacity, stride } = this;
    if (boxes === capacity) return 2 * stride * node;
    const tree = (node / capacity) | 0;
    const slot = node - tree * capacity;
    return slot < boxes ? 2 * stride * (tree * boxes + slot) : -1;
  }

  /**
   * Makes sure of so many free rows. It may move everything to a larger block: take arrays from the state only
   * afterwards.
   */
  reserveRows(count: number): void {
    if (this.header[12]! < count) this.growRows(count);
  }

  /** Takes a free row of the point store, which must have been reserved, on behalf of one user. */
  takeRow(): number {
    const row = this.header[10]!;
    this.header[10] = this.rowTime[row]!;
    this.header[12]!--;
    this.rowUse[row] = 1;
    this.rowTime[row] = this.scalar[3]!;
    return row;
  }

  /** One user less; a row without users is free. */
  releaseRow(row: number): void {
    if (--this.rowUse[row]! > 0) return;
    this.rowTime[row] = this.header[10]!;
    this.header[10] = row;
    this.header[12]!++;
  }

  /** Gives the memory back. The state is of no use afterwards. */
  free(): void {
    this.block.free();
    this.block = freed;
  }

  /** Leaves the memory alone, which a lost thread may still write to. The state is of no use afterwards. */
  abandon(): void {
    this.block = freed;
  }

  private growRows(count: number): void {
    const rows = this.rowUse.length;
    const { block, rowUse, rowTime, point, header } = this;
    const needed = rows + count - header[12]!;
    const more = Math.max(Math.min(Math.ceil(rows * 1.1), maxRows(this.options)), needed);
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
    this.forgetViews();
  }

  /** Puts new rows in front of the list of free ones. */
  private linkFreeRows(from: number, to: number, firstFree = to): void {
    const { rowTime } = this;
    for (let row = from; row < to; row++) rowTime[row] = row + 1;
    rowTime[to - 1] = firstFree;
    this.header[10] = from;
    this.header[12]! += to - from;
  }

  private bind(block: Block): void {
    this.turnTo(block);
    const { header, options } = this;
    let offset = 0;
    sections(options, header[9]!).forEach(([, View, length], index) => {
      header[offsetsAt + index] = offset;
      offset = aligned(offset + length * View.BYTES_PER_ELEMENT);
    });
    header[13] = this.stride;
    header[14] = rowBytesOf(options);
    header[15] = this.boxes;
  }
}

/** What a forest has that gave its memory back: nobody may touch what is another's now. */
const freed: Block = {
  get buffer(): ArrayBufferLike {
    throw new Error('the forest has been freed');
  },
  byteOffset: 0,
  byteLength: 0,
  free: () => undefined,
};

function allocate(memory: Memory, options: ForestOptions, rows: number): Block {
  return memory.allocate(byteLength(options, rows), strideOf(options.dimensions * options.shingleSize));
}
