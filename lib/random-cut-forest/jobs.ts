import type { Board, Job } from './Board';
import type { Exports } from './Slab';

/** One thread's kernel for a slab. */
export interface Hand {
  readonly kernel: Exports;
  /** the front of the thread's scratch */
  readonly scratch: number;
}

/**
 * Takes jobs until there are none.
 * @param hand number of this thread
 * @param handFor what this thread has for a slab
 * @throws whatever a job throws, once the others know of it
 */
export function takeJobs(board: Board, hand: number, handFor: (slab: number) => Hand): void {
  for (let job = board.take(hand); job; job = board.take(hand)) {
    try {
      calculate(job, handFor(job.slab));
    } catch (error) {
      board.fail();
      throw error;
    }
    board.finish();
  }
}

function calculate(job: Job, { kernel, scratch }: Hand): void {
  const { state, what, group, from, to, points, scores, parts, weights } = job;
  kernel.lay(points, scores, parts, group < 0 ? scratch : weights);
  if (group < 0) kernel.process(state, to, what, true);
  else kernel.work(state, group, from, to, what);
}
