import type { Block } from './Memory';
import { headerWords, sections } from './layout';
import type { ForestOptions } from './options';

type Numbers = Uint32Array | Int32Array | Uint16Array | Float32Array | Float64Array;

const places = {
  scalar: 1,
  next: 2,
  origin: 3,
  held: 4,
  streams: 5,
  root: 6,
  node: 7,
  box: 8,
  leafRow: 9,
  heapKey: 10,
  shingle: 11,
  leafParent: 12,
  leafMass: 13,
  heapLeaf: 14,
  freeNode: 15,
  freeLeaf: 16,
  freeBare: 17,
  rowUse: 18,
  rowTime: 19,
  point: 20,
} as const;
/** One more view of the memory of `node`. */
const cutPlace = 21;

/** Here the header says where each section begins, for readers that do not know `sections`. */
export const offsetsAt = 16;

/**
 * The block of memory of a forest, as arrays. An array is made when it is first asked for: the compiled kernel goes by
 * addresses, and of very many small forests the arrays themselves would be much to keep and to collect garbage among.
 */
export abstract class Sections {
  abstract readonly options: ForestOptions;
  block!: Block;
  /**
   * magic, version, checksum, the six options, rows of the point store, first free row, points per tree, free rows,
   * stride, bytes of a row's number, boxes per tree; from word 16 on where the sections begin, in bytes
   */
  protected header!: Uint32Array;
  private views: (Numbers | undefined)[] = [];

  /** sum of all weights so far, weight of the latest point, records seen, points offered to the trees, exp(1/timeDecay) */
  get scalar(): Float64Array {
    return this.view(places.scalar) as Float64Array;
  }

  /** the sum of weights at which each tree takes its next point */
  get next(): Float64Array {
    return this.view(places.next) as Float64Array;
  }

  /** what is subtracted from each value before it is rounded to float32 */
  get origin(): Float64Array {
    return this.view(places.origin) as Float64Array;
  }

  /** the first records, until the origin is known */
  get held(): Float64Array {
    return this.view(places.held) as Float64Array;
  }

  /** counter and key of each tree's random numbers */
  get streams(): Uint32Array {
    return this.view(places.streams) as Uint32Array;
  }

  get root(): Int32Array {
    return this.view(places.root) as Int32Array;
  }

  /** four words a node: left, right, cut dimension with the link up in its upper half, cut; values up to the cut go left */
  get node(): Int32Array {
    return this.view(places.node) as Int32Array;
  }

  /** the same memory as `node`, for the cut */
  get cut(): Float32Array {
    const known = this.views[cutPlace];
    if (known) return known as Float32Array;
    const { buffer, byteOffset, length } = this.node;
    const cut = new Float32Array(buffer, byteOffset, length);
    this.views[cutPlace] = cut;
    return cut;
  }

  /** per inner node that has a box: the lowest values below it, `stride` of them, then the highest */
  get box(): Float32Array {
    return this.view(places.box) as Float32Array;
  }

  /** row of each leaf's point */
  get leafRow(): Uint16Array | Uint32Array {
    return this.view(places.leafRow) as Uint16Array | Uint32Array;
  }

  /** sampling keys, a heap for each tree with the largest, next to be evicted, on top */
  get heapKey(): Float32Array {
    return this.view(places.heapKey) as Float32Array;
  }

  /** the latest records that make the next point, oldest first; the last record's place is free */
  get shingle(): Float32Array {
    return this.view(places.shingle) as Float32Array;
  }

  get leafParent(): Uint16Array {
    return this.view(places.leafParent) as Uint16Array;
  }

  /** how many equal points a leaf stands for */
  get leafMass(): Uint16Array {
    return this.view(places.leafMass) as Uint16Array;
  }

  /** leaf slot of each heap entry */
  get heapLeaf(): Uint16Array {
    return this.view(places.heapLeaf) as Uint16Array;
  }

  get freeNode(): Uint16Array {
    return this.view(places.freeNode) as Uint16Array;
  }

  get freeLeaf(): Uint16Array {
    return this.view(places.freeLeaf) as Uint16Array;
  }

  /** unused slots of bare nodes; those with boxes are in `freeNode` */
  get freeBare(): Uint16Array {
    return this.view(places.freeBare) as Uint16Array;
  }

  /** how many leaves use a row, and a point on its way in */
  get rowUse(): Uint16Array {
    return this.view(places.rowUse) as Uint16Array;
  }

  /** which of the points offered the row's latest is, counted from 1, modulo 2^32; of a free row the next free one */
  get rowTime(): Uint32Array {
    return this.view(places.rowTime) as Uint32Array;
  }

  /** the points, `stride` values each, shared by all trees */
  get point(): Float32Array {
    return this.view(places.point) as Float32Array;
  }

  /** Turns to another block. */
  protected turnTo(block: Block): void {
    this.block = block;
    // The views' constructors make no difference between memory that threads share and other.
    this.header = new Uint32Array(block.buffer as ArrayBuffer, block.byteOffset, headerWords);
    this.forgetViews();
  }

  /** Lets the arrays go; who asks again gets others. */
  protected forgetViews(): void {
    this.views = [];
  }

  private view(place: number): Numbers {
    return (this.views[place] ??= this.made(place));
  }

  private made(place: number): Numbers {
    const { block, header, options } = this;
    const [, View, length] = sections(options, header[9]!)[place]!;
    return new View(block.buffer as ArrayBuffer, block.byteOffset + header[offsetsAt + place]!, length);
  }
}
