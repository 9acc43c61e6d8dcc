/** Time as the pacer needs it: a clock that never jumps, and timers. */
export interface Timers {
  /** milliseconds since any fixed moment */
  now(): number;
  /** Runs once after some milliseconds; the result cancels it. */
  after(milliseconds: number, run: () => void): () => void;
}

/** At most so many records leave before the rest of the process has its turn. */
const burst = 500;
/** Milliseconds between two looks at the clock; what falls due in between leaves together. */
const shortestWait = 5;
const longestWait = 60_000;
/** Milliseconds that the pacer may run late and still catch up. */
const tolerance = 1000;

export interface PacerOptions<T> {
  /** seconds of the records' time that pass in a second; 0 for as fast as possible */
  readonly speed: number;
  /** Takes the records that are due, at least one and at most 500, in order. */
  deliver(records: readonly T[]): void;
  /** The records have come to their end. */
  finished(): void;
}

/**
 * Hands out records when their time has come. The schedule is kept against the clock, so small delays of the timer do
 * not add up. After a longer one (a laptop that slept, a blocked process, a speed beyond what the machine can do) the
 * records' time goes on from where it stood instead of bursting.
 */
export class Pacer<T extends { readonly timestamp: number }> {
  private next: IteratorResult<T, unknown> | undefined;
  private cancel: (() => void) | undefined;
  /** at `clock` of the real clock it was `virtual` in the records' time */
  private anchor = { clock: 0, virtual: 0 };

  /** @param start the records' time at which the schedule begins, milliseconds since the epoch */
  constructor(
    private readonly records: Iterator<T>,
    start: number,
    private readonly options: PacerOptions<T>,
    private readonly timers: Timers,
  ) {
    this.anchor.virtual = start;
  }

  /** Begins, or goes on where `stop` left off. */
  start(): void {
    if (this.cancel) return;
    this.anchor.clock = this.timers.now();
    this.wait(0);
  }

  stop(): void {
    if (!this.cancel) return;
    this.cancel();
    this.cancel = undefined;
    // Never past the next record, or it would count as late.
    this.anchor.virtual = Math.min(this.virtualNow(), this.peek()?.timestamp ?? Infinity);
  }

  private wait(milliseconds: number): void {
    this.cancel = this.timers.after(milliseconds, () => this.tick());
  }

  private tick(): void {
    // Stands in until the next timer, so that a stop from within `deliver` is noticed.
    const ticking = () => undefined;
    this.cancel = ticking;
    this.forgiveDelay();
    const due = this.takeDue();
    if (due.length > 0) this.options.deliver(due);
    if (this.cancel !== ticking) return;
    const next = this.peek();
    if (next) return this.wait(this.untilDue(next));
    this.cancel = undefined;
    this.options.finished();
  }

  private forgiveDelay(): void {
    const next = this.peek();
    const { speed } = this.options;
    if (next && speed > 0 && this.virtualNow() - next.timestamp > tolerance * speed) {
      this.anchor = { clock: this.timers.now(), virtual: next.timestamp };
    }
  }

  private takeDue(): T[] {
    const now = this.options.speed === 0 ? Infinity : this.virtualNow();
    const due: T[] = [];
    for (let next = this.peek(); next && next.timestamp <= now && due.length < burst; next = this.peek()) {
      due.push(next);
      this.next = undefined;
    }
    return due;
  }

  private untilDue(next: T): number {
    const { speed } = this.options;
    if (speed === 0) return 0;
    const wait = (next.timestamp - this.virtualNow()) / speed;
    return wait <= 0 ? 0 : Math.min(longestWait, Math.max(shortestWait, Math.ceil(wait)));
  }

  private virtualNow(): number {
    return this.anchor.virtual + (this.timers.now() - this.anchor.clock) * this.options.speed;
  }

  private peek(): T | undefined {
    this.next ??= this.records.next();
    return this.next.done ? undefined : this.next.value;
  }
}
