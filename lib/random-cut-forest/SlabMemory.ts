import { wasm } from './kernelBinary';
import type { Ask } from './Kernel';
import type { Block, Memory } from './Memory';
import { Ranges } from './Ranges';

/** What assembly/index.ts exports; all places are addresses in the memory. */
interface Exports {
  /** @returns the end of the workspace */
  place(at: number, stride: number, points: number, scores: number, parts: number): number;
  process(state: number, count: number, what: Ask, learn: boolean): void;
}

const page = 65536;
/** The compiler's own static data lie below. */
const firstFree = 1024;
/** Bytes of a slab's forests, unless a single one needs more. */
const slabBytes = 16 * 1024 * 1024;
/** Points that a workspace holds, as assembly/workspace.ts has it. */
const mostPoints = 256;
/** Values that a workspace holds, unless a single point has more. */
const mostValues = 32 * 1024;
/** What assembly/workspace.ts needs at most besides points, scores, parts and 24 bytes a value. */
const scratchBytes = 512 * 1024;

/**
 * One WebAssembly memory with many forests in it: a memory of its own for each would cost more than a small forest itself.
 * It never grows, so that views stay valid; the operating system gives its pages as they are used. In front lies a
 * workspace that all its forests share.
 */
export class Slab {
  readonly buffer: ArrayBuffer;
  readonly points: Float32Array;
  readonly scores: Float64Array;
  readonly parts: Float64Array;
  readonly process: Exports['process'];
  readonly ranges: Ranges;

  constructor(
    module: WebAssembly.Module,
    byteLength: number,
    readonly stride: number,
  ) {
    const values = Math.max(mostValues, stride);
    const scores = firstFree + 4 * values;
    const parts = scores + 8 * mostPoints;
    const scratch = parts + 16 * values;
    const pages = Math.ceil((scratch + scratchBytes + 24 * stride + byteLength) / page) + 1;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
    const end = kernel.place(scratch, stride, firstFree, scores, parts);
    this.process = kernel.process;
    this.buffer = memory.buffer;
    this.points = new Float32Array(this.buffer, firstFree, values);
    this.scores = new Float64Array(this.buffer, scores, mostPoints);
    this.parts = new Float64Array(this.buffer, parts, 2 * values);
    this.ranges = new Ranges(Math.ceil(end / 64) * 64, pages * page);
  }
}

export class SlabBlock implements Block {
  readonly buffer: ArrayBuffer;

  constructor(
    readonly slab: Slab,
    readonly byteOffset: number,
    readonly byteLength: number,
    readonly free: () => void,
  ) {
    this.buffer = slab.buffer;
  }
}

/** Memory that the compiled kernel can reach. A forest that is forgotten without being freed gives its own back too. */
export class SlabMemory implements Memory {
  private readonly slabs = new Set<Slab>();
  private readonly forgotten = new FinalizationRegistry((free: () => void) => free());

  private constructor(private readonly module: WebAssembly.Module) {}

  /** @returns nothing where WebAssembly or its vector instructions are missing */
  static open(): SlabMemory | undefined {
    if (typeof WebAssembly === 'undefined') return undefined;
    const binary = Buffer.from(wasm, 'base64');
    return WebAssembly.validate(binary) ? new SlabMemory(new WebAssembly.Module(binary)) : undefined;
  }

  /** Bytes of address space in use; the operating system gives memory to what was ever used of it. */
  get byteLength(): number {
    let sum = 0;
    for (const slab of this.slabs) sum += slab.buffer.byteLength;
    return sum;
  }

  allocate(byteLength: number, stride: number): SlabBlock {
    const length = Math.ceil(byteLength / 64) * 64;
    for (const slab of this.slabs) {
      const byteOffset = stride <= slab.stride ? slab.ranges.take(length) : undefined;
      if (byteOffset !== undefined) return this.block(slab, byteOffset, byteLength);
    }
    const slab = new Slab(this.module, Math.max(slabBytes, length), Math.max(mostValues, stride));
    this.slabs.add(slab);
    return this.block(slab, slab.ranges.take(length)!, byteLength);
  }

  private block(slab: Slab, byteOffset: number, byteLength: number): SlabBlock {
    new Uint8Array(slab.buffer, byteOffset, byteLength).fill(0);
    const { slabs, forgotten } = this;
    const giveBack = () => {
      slab.ranges.giveBack(byteOffset, Math.ceil(byteLength / 64) * 64);
      if (slab.ranges.isEmpty) slabs.delete(slab);
    };
    const token = {};
    const block = new SlabBlock(slab, byteOffset, byteLength, () => {
      forgotten.unregister(token);
      giveBack();
    });
    forgotten.register(block, giveBack, token);
    return block;
  }
}
