import { Worker } from 'node:worker_threads';
import { Board } from './Board';
import { takeJobs } from './jobs';
import type { Slab } from './Slab';

/** What a thread begins with. */
export interface Apprenticeship {
  readonly module: WebAssembly.Module;
  /** of the board */
  readonly words: Int32Array<SharedArrayBuffer>;
  /** number of the thread, from 1 on */
  readonly hand: number;
}

/** What a thread is told of a slab. */
export interface Notice {
  readonly slab: number;
  readonly memory: WebAssembly.Memory;
  /** what the kernel's `place` is called with */
  readonly place: ReturnType<Slab['placeOf']>;
}

export type StartThread = (begin: Apprenticeship) => Worker;

/** Seconds that a job may take: the largest forest on the slowest machine takes a small part of that. */
const longestJob = 60;

/**
 * Threads that calculate together with the one that has them. They start with the first jobs and rest between jobs; they
 * keep no process alive. Jobs never wait for a thread: without any, this one does them all.
 */
export class Crew {
  readonly board = new Board();
  private readonly workers = new Map<Worker, number>();
  private readonly slabs = new Map<number, Slab>();
  private state: 'new' | 'open' | 'closed' = 'new';
  private hasWarned = false;

  /**
   * @param hands threads, this one among them
   * @param patience seconds after which a thread that has taken a job is taken for lost
   */
  constructor(
    readonly hands: number,
    private readonly module: WebAssembly.Module,
    private readonly start: StartThread = startThread,
    private readonly patience = longestJob,
  ) {}

  /** Whether there may be anybody to share jobs with. */
  get isOpen(): boolean {
    return this.state === 'new' || (this.state === 'open' && this.workers.size > 0);
  }

  /** Tells all threads of a slab that jobs will be about. */
  meet(slab: Slab): void {
    if (this.slabs.has(slab.number)) return;
    this.slabs.set(slab.number, slab);
    for (const [worker, hand] of this.workers) tell(worker, hand, slab);
  }

  /**
   * Does the jobs that were put in the first places of the board, about slabs that all have been told of.
   * @throws Error when a job failed or a thread was lost in the midst of one; what the jobs were about is damaged then
   */
  run(jobs: number): void {
    if (this.state === 'new') this.begin();
    this.board.openUp(jobs, this.hands);
    let failure: unknown = 'a thread was lost';
    try {
      takeJobs(this.board, 0, (number) => {
        const slab = this.slabs.get(number)!;
        return { kernel: slab.kernel, scratch: slab.desk.weights };
      });
    } catch (error) {
      failure = error;
    }
    if (this.board.join(this.patience)) return;
    void this.close();
    throw new Error(`calculating was broken off, which damages the forest: ${String(failure)}`, {
      cause: failure,
    });
  }

  /** Ends the threads; this one goes on alone. @returns once they have ended */
  async close(): Promise<void> {
    this.state = 'closed';
    await Promise.all([...this.workers.keys()].map((worker) => worker.terminate()));
  }

  private begin(): void {
    this.state = 'open';
    for (let hand = 1; hand < this.hands; hand++) {
      try {
        this.add(hand);
      } catch (error) {
        this.warn(error);
      }
    }
  }

  private add(hand: number): void {
    const worker = this.start({ module: this.module, words: this.board.words, hand });
    worker.unref();
    worker.once('error', (error) => this.warn(error));
    worker.once('exit', () => {
      this.workers.delete(worker);
      if (this.state === 'open') this.warn('it ended');
    });
    this.workers.set(worker, hand);
    for (const slab of this.slabs.values()) tell(worker, hand, slab);
  }

  /** Once, though there may be many threads. */
  private warn(reason: unknown): void {
    if (this.hasWarned) return;
    this.hasWarned = true;
    const text = reason instanceof Error ? reason.message : String(reason);
    process.emitWarning(
      `a thread of the random cut forest is not at work (${text}); fewer threads do its work`,
    );
  }
}

function tell(worker: Worker, hand: number, slab: Slab): void {
  const { number, memory } = slab;
  const notice: Notice = { slab: number, memory, place: slab.placeOf(hand) };
  worker.postMessage(notice);
}

export function startThread(workerData: Apprenticeship): Worker {
  return new Worker(require.resolve('./worker'), {
    workerData,
    name: `random cut forest ${workerData.hand}`,
  });
}
