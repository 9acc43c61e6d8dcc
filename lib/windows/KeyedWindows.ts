import { RecordError } from '../records/RecordError';
import { atOnce, type Steps } from '../steps/Steps';
import { ChangedNames } from './state/ChangedNames';
import {
  WindowsOfKey,
  type ClosedWindow,
  type FillRules,
  type KeyState,
  type OpenWindow,
} from './WindowsOfKey';

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

/** What it takes to look at the windows of a key, see Steps. */
const perKey = 0.05;

/**
 * Windows of equal length, one after the other without overlap, for each key: window n reaches from n * size to
 * (n + 1) * size ms since the epoch. Knows no clock: the caller says how far time has come. Windows leave in order of
 * their end, those of one end in the order of their keys.
 *
 * A key lives from its first record until its last window has closed and, when filling, `keyExpiry` empty ones after it.
 *
 * @typeParam S what a window gathers
 * @typeParam I what tells one key's windows from another's, beside the key
 */
export class KeyedWindows<S, I> {
  private keys = new Map<string, WindowsOfKey<S, I>>();
  private readonly changed = new ChangedNames();
  private readonly rules: FillRules<S>;
  private openCount = 0;
  /** all windows that end here or before are closed; always a multiple of the size */
  private boundary = -Infinity;

  /**
   * @param create the state of a window without records
   * @param onOver is told of keys whose last window has closed
   */
  constructor(
    private readonly limits: WindowLimits,
    create: () => S,
    private readonly onOver: (key: string) => void = () => undefined,
  ) {
    this.rules = { size: limits.size, maxSilent: limits.fill ? limits.keyExpiry : 0, create };
  }

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
   * Opens the window of a record where it is not open yet. The caller updates its state and its count of records.
   * @param identify called for the first record of a key
   * @throws RecordError when the window would exceed the limits; nothing has changed then
   */
  open(key: string, time: number, identify: () => I): OpenWindow<S> {
    const start = this.startOf(time);
    const known = this.keys.get(key);
    if (!known?.state.open.has(start)) {
      this.refuseBeyondLimits(key, known === undefined);
      this.openCount++;
    }
    this.changed.note(key);
    return (known ?? this.begin(key, start, identify())).open(start);
  }

  /** Closes every window that ends at `time` or before, and fills the gaps up to there. */
  closeUntil(time: number): ClosedWindow<S, I>[] {
    return atOnce(this.closing(time));
  }

  /** The same in steps. In between nothing else may be done with the windows, but for giving all of them up. */
  *closing(time: number): Steps<ClosedWindow<S, I>[]> {
    const boundary = this.startOf(time);
    const closed: ClosedWindow<S, I>[] = [];
    if (!(boundary > this.boundary)) return closed;
    this.boundary = boundary;
    for (const [key, windows] of this.keys) {
      const { open, flushed, next } = windows.state;
      const [wereOpen, wereFlushed] = [open.size, flushed.size];
      windows.closeBefore(boundary, closed);
      this.openCount -= wereOpen - open.size;
      if (windows.isOver) {
        this.drop(key);
        this.onOver(key);
      } else if (open.size !== wereOpen || flushed.size !== wereFlushed || windows.state.next !== next) {
        this.changed.note(key);
      }
      yield perKey;
    }
    return closed.sort(byEndAndKey);
  }

  /**
   * Closes the open windows of one key, or of all, before their time. Records that come for them later start from
   * nothing and leave in a second partial window: every record is in exactly one of the two.
   */
  flush(key?: string): ClosedWindow<S, I>[] {
    const closed: ClosedWindow<S, I>[] = [];
    for (const [name, windows] of this.selected(key)) {
      this.openCount -= windows.state.open.size;
      windows.flush(closed);
      this.changed.note(name);
    }
    return closed.sort(byEndAndKey);
  }

  /** Drops what is open, of one key or of all. Windows that have closed stay closed. */
  forget(key?: string): void {
    for (const [name, { state }] of this.selected(key)) {
      this.openCount -= state.open.size;
      this.drop(name);
    }
  }

  /** Flushes all windows and begins anew at a time that may lie before the windows that have closed. */
  restartAt(time: number): ClosedWindow<S, I>[] {
    const closed = this.flush();
    this.boundary = this.startOf(time);
    for (const [name, windows] of this.keys) {
      windows.restartAt(this.boundary);
      if (!this.limits.fill) this.drop(name);
    }
    return closed;
  }

  /** The keys that have changed since the last call or since `load`; without a state when they are no more. */
  changes(): [key: string, state: KeyState<S, I> | undefined][] {
    return this.changed.take(this.keys).map(([key, windows]) => [key, windows?.state]);
  }

  /**
   * Goes on from there, as if it had all happened here.
   * @param keys in the order in which they were first seen; their states are kept, not copied
   * @param changed keys whose states are not what was saved
   */
  load(
    closedUntil: number,
    keys: ReadonlyMap<string, KeyState<S, I>>,
    changed: readonly string[] = [],
  ): void {
    this.boundary = closedUntil;
    this.keys = new Map();
    this.openCount = 0;
    for (const [key, state] of keys) {
      this.keys.set(key, new WindowsOfKey(key, state, this.rules));
      this.openCount += state.open.size;
    }
    this.changed.begin(keys.keys());
    for (const key of changed) this.changed.note(key);
  }

  private begin(key: string, next: number, identity: I): WindowsOfKey<S, I> {
    const state = { identity, open: new Map(), flushed: new Map(), next, silent: 0 };
    const windows = new WindowsOfKey<S, I>(key, state, this.rules);
    this.keys.set(key, windows);
    return windows;
  }

  private drop(key: string): void {
    this.keys.delete(key);
    this.changed.noteGone(key);
  }

  private selected(key: string | undefined): [string, WindowsOfKey<S, I>][] {
    if (key === undefined) return [...this.keys];
    const windows = this.keys.get(key);
    return windows ? [[key, windows]] : [];
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
}

function byEndAndKey<S, I>(a: ClosedWindow<S, I>, b: ClosedWindow<S, I>): number {
  return a.end - b.end || (a.key < b.key ? -1 : Number(a.key > b.key));
}
