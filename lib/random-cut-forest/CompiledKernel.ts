import type { Crew } from './Crew';
import type { ForestState } from './ForestState';
import { together, type Ask, type Kernel } from './Kernel';
import { batchOf } from './layout';
import { mostTallies, mostValues, type Slab } from './Slab';
import { SlabBlock } from './SlabMemory';
import type { Threads } from './Threads';

/** The kernel compiled from assembly/: one call a batch, over a state that lies in a slab. */
export class CompiledKernel implements Kernel {
  readonly batch: number;
  private readonly groups: number;

  /**
   * @param state of SlabMemory; growing moves it, so its block is looked up each time
   * @param threads those of that memory
   */
  constructor(
    private readonly state: ForestState,
    readonly threads?: Threads,
  ) {
    const { stride, options } = state;
    this.groups = Math.ceil(options.numberOfTrees / together);
    // The same however many threads there are, since which rows points lie in depends on it.
    const most = Math.min(batchOf(options), mostValues / stride, mostTallies / (2 * stride * this.groups));
    this.batch = Math.max(1, Math.floor(most));
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
    if (count > 1 && learn && this.threads) this.share(this.threads, count, what);
    else this.slab.kernel.process(this.state.block.byteOffset, count, what, learn);
  }

  /** What a batch costs, in trees times points. */
  work(count: number): number {
    return this.state.options.numberOfTrees * count;
  }

  get slab(): Slab {
    const { block } = this.state;
    if (block instanceof SlabBlock) return block.slab;
    throw new Error('the forest has been freed');
  }

  private share(threads: Threads, count: number, what: Ask): void {
    const { state, slab } = this;
    // Until they are full, all trees take each point.
    const first = Math.min(count, state.capacity - state.size);
    const crew = threads.crewFor(this.work(count - first));
    const alone = crew ? first : count;
    if (alone > 0) slab.kernel.process(state.block.byteOffset, alone, what, true);
    if (crew) this.spread(crew, slab, first, count, what);
  }

  /** Each eight of trees take the batch from a point on, whichever thread they find. */
  private spread(crew: Crew, slab: Slab, first: number, count: number, what: Ask): void {
    const { groups } = this;
    const job = { ...slab.desk, slab: slab.number, state: this.state.block.byteOffset, what };
    crew.meet(slab);
    for (let from = first; from < count;) {
      const to = slab.kernel.begin(job.state, from, count, what);
      for (let group = 0; group < groups; group++) crew.board.put(group, { ...job, group, from, to });
      runOn(crew, groups, [this.state]);
      slab.kernel.end(from, to);
      from = to;
    }
  }
}

/** Has a crew do jobs, and abandons the states that they are about when it is broken off. */
export function runOn(crew: Crew, jobs: number, states: readonly ForestState[]): void {
  try {
    crew.run(jobs);
  } catch (error) {
    for (const state of states) state.abandon();
    throw error;
  }
}
