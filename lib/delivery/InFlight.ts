interface Waiter {
  readonly count: number;
  readonly admit: () => void;
}

/** Bounds how many records are unfinished at once. Those who wait are admitted in the order in which they came. */
export class InFlight {
  private used = 0;
  private readonly waiting: Waiter[] = [];
  private isPaused = false;

  constructor(readonly limit: number) {}

  get count(): number {
    return this.used;
  }

  get full(): boolean {
    return this.used >= this.limit;
  }

  /**
   * Waits until `count` more records may be in flight and counts them in. More than the limit may go only alone.
   * Rejects with the signal's reason when it is aborted first.
   */
  acquire(count: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(reasonOf(signal));
    if (this.waiting.length === 0 && this.fits(count)) {
      this.used += count;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(reasonOf(signal));
        this.admitNext();
      };
      const waiter: Waiter = {
        count,
        admit: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.waiting.push(waiter);
    });
  }

  release(count: number): void {
    this.used -= count;
    this.admitNext();
  }

  /** Admits nothing until `resume`. */
  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.admitNext();
  }

  private fits(count: number): boolean {
    return !this.isPaused && (this.used === 0 || this.used + count <= this.limit);
  }

  private admitNext(): void {
    for (let next = this.waiting[0]; next && this.fits(next.count); next = this.waiting[0]) {
      this.waiting.shift();
      this.used += next.count;
      next.admit();
    }
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('stopped');
}
