import type { ForestState } from './ForestState';
import type { Ask, Kernel } from './Kernel';
import { SlabBlock, type Slab } from './SlabMemory';

/** The kernel compiled from assembly/: one call a batch, over a state that lies in a slab. */
export class CompiledKernel implements Kernel {
  readonly batch: number;

  /** @param state of SlabMemory; growing moves it, so its block is looked up each time */
  constructor(private readonly state: ForestState) {
    const { scores, points } = this.slab;
    this.batch = Math.min(scores.length, Math.floor(points.length / state.stride));
  }

  get points(): Float32Array {
    return this.slab.points;
  }

  get scores(): Float64Array {
    return this.slab.scores;
  }

  get parts(): Float64Array {
    return this.slab.parts;
  }

  process(count: number, what: Ask, learn: boolean): void {
    this.slab.process(this.state.block.byteOffset, count, what, learn);
  }

  private get slab(): Slab {
    const { block } = this.state;
    if (block instanceof SlabBlock) return block.slab;
    throw new Error('the forest has been freed');
  }
}
