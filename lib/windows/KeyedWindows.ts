import { RecordError } from '../records/RecordError';

export interface WindowLimits {
  /** length of a window, ms */
  readonly size: number;
  /** whether a key that falls silent gets empty windows */
  readonly fill: boolean;
  /** how many empty windows in a row a key gets before it is forgotten */
  readonly keyExpiry: number;
  readonly maxKeys: number;
  /** open windows of all keys together */
  readonly maxWindows: number;
}

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
  /** holds only some of the window's records: it was flushed, or goes on after a flush */
  readonly partial: boolean;
  readonly state: S;
}

interface OpenWindow<S> {
  count: number;
  readonly state: S;
}

interface KeyState<S, I> {
  readonly identity: I;
  /** open windows by start */
  readonly open: Map<number, OpenWindow<S>>;
  /** starts of windows whose first part has left by a flush */
  readonly flushed: Set<number>;
  /** start of the first window that has not been emitted yet; used for filling */
  next: number;
  /** empty windows in a row before `next` */
  silent: number;
}

/**
 * Windows of equal length, one after the other without overlap, for each key: window n reaches from n * size to
 * (n + 1) * size ms since the epoch. Knows no clock: the caller says how far time has come. Windows leave in order of
 * their end, those of one end in the order in which their keys were first seen.
 *
 * A key lives from its first record until its last window has closed and, when filling, `keyExpiry` empty ones after it.
 *
 * @typeParam S what a window gathers
 * @typeParam I what tells one key's windows from another's, beside the key
 */
export class KeyedWindows<S, I> {
  private readonly keys = new Map<string, KeyState<S, I>>();
  private openCount = 0;
  /** all windows that end here or before are closed; always a multiple of the size */
  private boundary = -Infinity;

  /** @param create the state of a window without records */
  constructor(
    private readonly limits: WindowLimits,
    private readonly create: () => S,
  ) {}

  get keyCount(): number {
    return this.keys.size;
  }

  get windowCount(): number {
    return this.openCount;
  }

  startOf(time: number): number {
    return Math.floor(time / this.limits.size) * this.limits.size;
  }

  /** Windows that end here or before are closed, ms since the epoch; -Infinity before any has. */
  get closedUntil(): number {
    return this.boundary;
  }

  /** Whether a record of this time comes after its window has closed. */
  isClosed(time: number): boolean {
    return this.startOf(time) < this.boundary;
  }

  /**
   * Counts a record into its window and returns that window's state, to be updated by the caller.
   * @param identify called for the first record of a key
   * @throws RecordError when the record would exceed the limits; nothing has changed then
   */
  count(key: string, time: number, identify: () => I): S {
    const start = this.startOf(time);
    const state = this.keys.get(key);
    let window = state?.open.get(start);
    if (!window) {
      this.refuseBeyondLimits(key, state === undefined);
      window = { count: 0, state: this.create() };
      this.openCount++;
      this.stateOf(key, start, identify).open.set(start, window);
    }
    window.count++;
    return window.state;
  }

  /** Closes every window that ends at `time` or before, and fills the gaps up to there. */
  closeUntil(time: number): ClosedWindow<S, I>[] {
    const boundary = this.startOf(time);
    const closed: ClosedWindow<S, I>[] = [];
    if (!(boundary > this.boundary)) return closed;
    this.boundary = boundary;
    for (const [key, state] of this.keys) this.closeKey(key, state, boundary, closed);
    return inOrder(closed);
  }

  /**
   * Closes the open windows of one key, or of all, before their time. Records that come for them later start from
   * nothing and leave in a second partial window: every record is in exactly one of the two.
   */
  flush(key?: string): ClosedWindow<S, I>[] {
    const closed: ClosedWindow<S, I>[] = [];
    for (const [name, state] of this.selected(key)) {
      for (const start of ascending(state.open.keys())) {
        closed.push(this.close(name, state, start, true));
        state.flushed.add(start);
      }
    }
    return inOrder(closed);
  }

  /** Drops what is open, of one key or of all. Windows that have closed stay closed. */
  forget(key?: string): void {
    for (const [name, state] of this.selected(key)) {
      this.openCount -= state.open.size;
      this.keys.delete(name);
    }
  }

  /** Flushes all windows and begins anew at a time that may lie before the windows that have closed. */
  restartAt(time: number): ClosedWindow<S, I>[] {
    const closed = this.flush();
    this.boundary = this.startOf(time);
    for (const [name, state] of this.keys) {
      state.flushed.clear();
      state.next = this.boundary;
      if (!this.limits.fill) this.keys.delete(name);
    }
    return closed;
  }

  private selected(key: string | undefined): [string, KeyState<S, I>][] {
    if (key === undefined) return [...this.keys];
    const state = this.keys.get(key);
    return state ? [[key, state]] : [];
  }

  private stateOf(key: string, start: number, identify: () => I): KeyState<S, I> {
    const known = this.keys.get(key);
    if (known) {
      known.next = Math.min(known.next, start);
      return known;
    }
    const state = {
      identity: identify(),
      open: new Map(),
      flushed: new Set<number>(),
      next: start,
      silent: 0,
    };
    this.keys.set(key, state);
    return state;
  }

  private refuseBeyondLimits(key: string, isNew: boolean): void {
    const { maxKeys, maxWindows } = this.limits;
    if (isNew && this.keys.size >= maxKeys) {
      throw new RecordError('key', key, `one of the ${maxKeys} keys that are held at most (maxKeys)`);
    }
    if (this.openCount >= maxWindows) {
      throw new RecordError(
        'key',
        key,
        `in one of the ${maxWindows} windows that are held at most (maxWindows)`,
      );
    }
  }

  private closeKey(key: string, state: KeyState<S, I>, boundary: number, closed: ClosedWindow<S, I>[]): void {
    for (const start of ascending(state.open.keys())) {
      if (start >= boundary) break;
      this.fill(key, state, start, closed);
      closed.push(this.close(key, state, start, state.flushed.has(start)));
      state.next = start + this.limits.size;
      state.silent = 0;
    }
    this.fill(key, state, boundary, closed);
    for (const start of state.flushed) if (start < boundary) state.flushed.delete(start);
    const silentForGood = !this.limits.fill || state.silent >= this.limits.keyExpiry;
    if (state.open.size === 0 && state.flushed.size === 0 && silentForGood) this.keys.delete(key);
  }

  /** Emits the empty windows from the key's last one up to `until`, as many as the key has left. */
  private fill(key: string, state: KeyState<S, I>, until: number, closed: ClosedWindow<S, I>[]): void {
    const { size, fill, keyExpiry } = this.limits;
    if (!fill) return;
    for (; state.next < until && state.silent < keyExpiry; state.next += size) {
      if (state.flushed.has(state.next)) {
        state.silent = 0;
        continue;
      }
      state.silent++;
      closed.push({
        start: state.next,
        end: state.next + size,
        key,
        identity: state.identity,
        count: 0,
        filled: true,
        partial: false,
        state: this.create(),
      });
    }
  }

  private close(key: string, state: KeyState<S, I>, start: number, partial: boolean): ClosedWindow<S, I> {
    const window = state.open.get(start)!;
    state.open.delete(start);
    this.openCount--;
    return {
      start,
      end: start + this.limits.size,
      key,
      identity: state.identity,
      count: window.count,
      filled: false,
      partial,
      state: window.state,
    };
  }
}

function ascending(starts: Iterable<number>): number[] {
  return [...starts].sort((a, b) => a - b);
}

/** Sorting is stable, so windows of one end stay in the order of their keys. */
function inOrder<S, I>(closed: ClosedWindow<S, I>[]): ClosedWindow<S, I>[] {
  return closed.sort((a, b) => a.end - b.end);
}
