import { mostHands } from './Board';
import { Crew, type StartThread } from './Crew';
import { SlabMemory } from './SlabMemory';

/**
 * Trees times points from which on it pays to wake other threads, which takes some 20 microseconds: a tree needs about 50
 * nanoseconds for a point.
 */
const worthwhile = 8192;

/**
 * Memory for so many threads, kept after they are closed: the engine hardly notices what it could give back of memory that
 * threads shared, so that with every new deployment of a flow there would be more of it.
 */
const memories = new Map<number, SlabMemory>();

/**
 * Threads for forests that are made with them: the trees of a forest, or many forests, share them. What comes out does
 * not depend on how many there are.
 *
 *     const threads = new Threads(4);
 *     const forest = new RandomCutForest({ dimensions: 8, numberOfTrees: 1000 }, threads);
 *     forest.scoreAndUpdateAll(records, scores);
 *     await threads.close();
 *
 * The thread that calls is one of them; the others start when they are first needed, rest in between, and keep no process
 * alive. It waits until all is calculated. Where there can be no threads, or one has ended, it calculates alone.
 */
export class Threads {
  /** where forests lie that they can reach; undefined where there can be none */
  readonly memory: SlabMemory | undefined;
  readonly crew: Crew | undefined;

  /**
   * @param count 1 to 64, the calling one among them; no more than the machine has processors
   * @param start starts one of the others
   * @param least trees times points of a batch from which on they are woken
   * @throws RangeError when there cannot be so many
   */
  constructor(
    readonly count: number,
    start?: StartThread,
    readonly least = worthwhile,
    patience?: number,
  ) {
    if (!Number.isInteger(count) || count < 1 || count > mostHands) {
      throw new RangeError(`threads must be a whole number from 1 to ${mostHands}, got ${String(count)}`);
    }
    if (count === 1) return;
    this.memory = memories.get(count) ?? SlabMemory.open(count);
    if (!this.memory) return;
    memories.set(count, this.memory);
    this.crew = new Crew(count, this.memory.module, start, patience);
  }

  /**
   * The crew, if a batch is worth its while.
   * @param work trees times points
   */
  crewFor(work: number): Crew | undefined {
    return work >= this.least && this.crew?.isOpen ? this.crew : undefined;
  }

  /** Ends the threads. Their forests go on with the calling one alone. @returns once they have ended */
  async close(): Promise<void> {
    await this.crew?.close();
  }
}
