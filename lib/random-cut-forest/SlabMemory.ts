import { sharedWasm, wasm } from './kernelBinary';
import type { Block, Memory } from './Memory';
import { mostValues, Slab } from './Slab';

/**
 * Bytes of a slab's forests, unless a single one needs more. Slabs grow with what there is already, by a quarter of it: a new
 * one makes the engine collect garbage, which takes the longer the more there is, and each is looked through for room.
 */
const slabBytes = { least: 16 * 1024 * 1024, most: 512 * 1024 * 1024 };
const growth = 0.25;

export class SlabBlock implements Block {
  readonly buffer: ArrayBufferLike;

  constructor(
    readonly slab: Slab,
    readonly byteOffset: number,
    readonly byteLength: number,
    readonly free: () => void,
  ) {
    this.buffer = slab.buffer;
  }
}

/**
 * Memory that the compiled kernel can reach. A forest that is forgotten without being freed gives its own back too. A slab
 * goes when its last forest has gone, unless threads share it: they collect no garbage while they rest, so that it would
 * not come back; it waits for other forests.
 */
export class SlabMemory implements Memory {
  private readonly slabs = new Set<Slab>();
  private readonly forgotten = new FinalizationRegistry((free: () => void) => free());

  private constructor(
    readonly module: WebAssembly.Module,
    private readonly hands: number,
  ) {}

  /**
   * @param hands threads that calculate in it
   * @returns nothing where WebAssembly, its vector instructions, or what threads need are missing
   */
  static open(hands = 1): SlabMemory | undefined {
    if (typeof WebAssembly === 'undefined') return undefined;
    if (hands > 1 && typeof SharedArrayBuffer === 'undefined') return undefined;
    const binary = Buffer.from(hands > 1 ? sharedWasm : wasm, 'base64');
    if (!WebAssembly.validate(binary)) return undefined;
    return new SlabMemory(new WebAssembly.Module(binary), hands);
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
    const more = Math.min(slabBytes.most, Math.max(slabBytes.least, growth * this.byteLength));
    const slab = new Slab(this.module, Math.max(more, length), Math.max(mostValues, stride), this.hands);
    this.slabs.add(slab);
    return this.block(slab, slab.ranges.take(length)!, byteLength);
  }

  private block(slab: Slab, byteOffset: number, byteLength: number): SlabBlock {
    slab.erase(byteOffset, byteLength);
    const { slabs, forgotten, hands } = this;
    const giveBack = () => {
      slab.ranges.giveBack(byteOffset, Math.ceil(byteLength / 64) * 64);
      if (slab.ranges.isEmpty && hands === 1) slabs.delete(slab);
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
