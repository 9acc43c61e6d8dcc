/** A window that is done: what `msg.window` says of it, and what was gathered in it. */
export interface ClosedWindow<S, I> {
  /** ms since the epoch, included */
  readonly start: number;
  /** ms since the epoch, not included */
  readonly end: number;
  readonly key: string;
  readonly identity: I;
  /** records in it */
  readonly count: number;
  /** no record came */
  readonly filled: boolean;
  /** empty windows in a row, this one included; 0 when it holds records */
  readonly silent: number;
  /** holds only some of the window's records: it was flushed, or goes on after a flush */
  readonly partial: boolean;
  /** how many parts of the same window have left before, by flushes */
  readonly left: number;
  readonly state: S;
}

export interface OpenWindow<S> {
  count: number;
  readonly state: S;
}

/** What is known of one key: all that a checkpoint needs to go on with it. */
export interface KeyState<S, I> {
  readonly identity: I;
  /** open windows by start */
  readonly open: Map<number, OpenWindow<S>>;
  /** how many parts have left by flushes, by start of the window */
  readonly flushed: Map<number, number>;
  /** start of the first window that has not been emitted yet; used for filling */
  next: number;
  /** empty windows in a row before `next` */
  silent: number;
}

export interface FillRules<S> {
  /** length of a window, ms */
  readonly size: number;
  /** how many empty windows in a row a silent key gets; 0 fills nothing */
  readonly maxSilent: number;
  /** the state of a window without records */
  readonly create: () => S;
}

/** The windows of one key: closes them in order, and fills the gaps between them. */
export class WindowsOfKey<S, I> {
  constructor(
    private readonly key: string,
    readonly state: KeyState<S, I>,
    private readonly rules: FillRules<S>,
  ) {}

  /** Nothing is open, and nothing will be filled. */
  get isOver(): boolean {
    const { open, flushed, silent } = this.state;
    return open.size === 0 && flushed.size === 0 && silent >= this.rules.maxSilent;
  }

  /** The window that begins at `start`, opened when it was not. */
  open(start: number): OpenWindow<S> {
    const { state, rules } = this;
    let window = state.open.get(start);
    if (!window) {
      window = { count: 0, state: rules.create() };
      state.open.set(start, window);
      state.next = Math.min(state.next, start);
    }
    return window;
  }

  /** Closes every window that begins before `boundary`, fills the gaps up to there, and adds what leaves to `closed`. */
  closeBefore(boundary: number, closed: ClosedWindow<S, I>[]): void {
    const { state, rules } = this;
    for (const start of ascending(state.open.keys())) {
      if (start >= boundary) break;
      this.fill(start, closed);
      closed.push(this.close(start, state.flushed.has(start)));
      state.next = start + rules.size;
      state.silent = 0;
    }
    this.fill(boundary, closed);
    for (const start of state.flushed.keys()) if (start < boundary) state.flushed.delete(start);
  }

  /** Closes what is open before its time. */
  flush(closed: ClosedWindow<S, I>[]): void {
    for (const start of ascending(this.state.open.keys())) {
      const window = this.close(start, true);
      closed.push(window);
      this.state.flushed.set(start, window.left + 1);
    }
  }

  /** Goes on from a time that may lie before windows that have closed. Nothing may be open. */
  restartAt(boundary: number): void {
    this.state.flushed.clear();
    this.state.next = boundary;
  }

  /** Emits the empty windows from the key's last one up to `until`, as many as the key has left. */
  private fill(until: number, closed: ClosedWindow<S, I>[]): void {
    const { state, rules } = this;
    for (; state.next < until && state.silent < rules.maxSilent; state.next += rules.size) {
      if (state.flushed.has(state.next)) {
        state.silent = 0;
        continue;
      }
      state.silent++;
      closed.push(this.leaving(state.next, { count: 0, state: rules.create() }, false));
    }
  }

  private close(start: number, partial: boolean): ClosedWindow<S, I> {
    const window = this.state.open.get(start)!;
    this.state.open.delete(start);
    return this.leaving(start, window, partial);
  }

  private leaving(start: number, { count, state }: OpenWindow<S>, partial: boolean): ClosedWindow<S, I> {
    const { key, rules } = this;
    const { identity, flushed } = this.state;
    const left = flushed.get(start) ?? 0;
    const filled = count === 0;
    const silent = filled ? this.state.silent : 0;
    return { start, end: start + rules.size, key, identity, count, filled, silent, partial, left, state };
  }
}

function ascending(starts: Iterable<number>): number[] {
  return [...starts].sort((a, b) => a - b);
}
