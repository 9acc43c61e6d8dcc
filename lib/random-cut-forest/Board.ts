import type { Ask } from './Kernel';
import type { Desk } from './Slab';

/** What a thread is to calculate. */
export interface Job extends Desk {
  /** number of the slab, and where in it the forest's state lies */
  readonly slab: number;
  readonly state: number;
  readonly what: Ask;
  /** which eight trees are asked; -1: the whole forest takes the batch */
  readonly group: number;
  /** which points of the batch; a whole forest begins with 0 */
  readonly from: number;
  readonly to: number;
}

/** Jobs that are on the board at a time, at most. */
export const mostJobs = 4096;
/** Threads that may take jobs, at most. */
export const mostHands = 64;

/** Places of the words in front of the jobs, which have so many words each. */
const open = 0;
const unfinished = 1;
const failed = 2;
const firstJob = 16;
const jobWords = 10;

/** Of the word of open jobs: their number below, above it how many threads may take them. */
const jobBits = 16;
const jobMask = (1 << jobBits) - 1;

/**
 * Where one thread puts jobs and others take them, in a memory that they share. Who takes a job makes sure in the same
 * step that it is open, and what it is stays on the board until it is finished; so a thread that comes late takes nothing
 * that is not there, and one that never comes is not waited for.
 */
export class Board {
  readonly words: Int32Array<SharedArrayBuffer>;

  /** @param words of the board of another thread */
  constructor(words?: Int32Array<SharedArrayBuffer>) {
    this.words = words ?? new Int32Array(new SharedArrayBuffer(4 * (firstJob + mostJobs * jobWords)));
  }

  /** Writes a job down, which nobody can take yet. */
  put(place: number, job: Job): void {
    const { words } = this;
    const at = firstJob + place * jobWords;
    words[at] = job.slab;
    words[at + 1] = job.state;
    words[at + 2] = job.what;
    words[at + 3] = job.group;
    words[at + 4] = job.from;
    words[at + 5] = job.to;
    words[at + 6] = job.points;
    words[at + 7] = job.scores;
    words[at + 8] = job.parts;
    words[at + 9] = job.weights;
  }

  /** Lets the threads 0 to `hands` - 1 take the jobs in the first places. All jobs before must be finished. */
  openUp(jobs: number, hands: number): void {
    const { words } = this;
    Atomics.store(words, unfinished, jobs);
    Atomics.store(words, open, (hands << jobBits) | jobs);
    Atomics.notify(words, open);
  }

  /** @returns a job that is this thread's from now on; undefined when none is open to it */
  take(hand: number): Job | undefined {
    const { words } = this;
    for (;;) {
      const seen = Atomics.load(words, open);
      if (!isOpen(seen, hand)) return undefined;
      if (Atomics.compareExchange(words, open, seen, seen - 1) === seen)
        return this.read((seen & jobMask) - 1);
    }
  }

  finish(): void {
    if (Atomics.sub(this.words, unfinished, 1) === 1) Atomics.notify(this.words, unfinished);
  }

  /** The job is not done, and what it was about is of no use any more. */
  fail(): void {
    Atomics.store(this.words, failed, 1);
    this.finish();
  }

  /**
   * Waits until all jobs are finished, each of which somebody has taken.
   * @param patience seconds for one job; they count while this process runs, not while it is stopped
   * @returns false when a job has failed, or is not finished after that time
   */
  join(patience: number): boolean {
    const { words } = this;
    let left = Atomics.load(words, unfinished);
    for (let seconds = 0; left > 0 && seconds < patience;) {
      if (Atomics.wait(words, unfinished, left, 1000) === 'timed-out') seconds++;
      const now = Atomics.load(words, unfinished);
      if (now !== left) seconds = 0;
      left = now;
    }
    return left === 0 && Atomics.load(words, failed) === 0;
  }

  /** Rests until there may be something to do. */
  rest(hand: number): void {
    const seen = Atomics.load(this.words, open);
    if (!isOpen(seen, hand)) Atomics.wait(this.words, open, seen);
  }

  private read(place: number): Job {
    const { words } = this;
    const at = firstJob + place * jobWords;
    return {
      slab: words[at]!,
      state: words[at + 1]!,
      what: words[at + 2]! as Ask,
      group: words[at + 3]!,
      from: words[at + 4]!,
      to: words[at + 5]!,
      points: words[at + 6]!,
      scores: words[at + 7]!,
      parts: words[at + 8]!,
      weights: words[at + 9]!,
    };
  }
}

function isOpen(seen: number, hand: number): boolean {
  return (seen & jobMask) > 0 && hand < seen >>> jobBits;
}
