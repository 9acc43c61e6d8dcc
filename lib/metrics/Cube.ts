import type { ActivePartitions } from '../delivery/partitions';
import type { PartChange, SavedParts } from '../delivery/checkpoint/Keeping';
import type { RecordInMessage } from '../records/messageProperty';
import { partitionOf } from '../records/partitionOf';
import { KeyedWindows } from '../windows/KeyedWindows';
import type { Instant } from '../windows/Watermark';
import type { Steps } from '../steps/Steps';
import type { ClosedWindow } from '../windows/WindowsOfKey';
import { CubeTime, type TimeOptions } from './CubeTime';
import type { DimensionValues } from './dimensions';
import type { Cell, Interval, Late, Taken } from './Interval';
import { Measures, type Tallies } from './measures';
import type { MeasureSpec } from './measureSpec';
import { QuietKeys } from './QuietKeys';
import { RowReader, type RowOptions } from './RowReader';
import { cellPart, isCubePart, packCell, packTime, readCube, timePart } from './savedCube';

export interface CubeOptions extends RowOptions, TimeOptions {
  readonly measures: readonly MeasureSpec[];
  /** what a series without rows has, for `expiry` intervals in a row: counts and sums of 0, no values, or no cell at all */
  readonly silence: 'zero' | 'missing' | 'skip';
  readonly expiry: number;
  /** intervals in a row without rows after which a combination is retired */
  readonly retireAfter: number;
  readonly maxSeries: number;
  /** intervals of all series that wait for rows */
  readonly maxOpen: number;
}

/** What is to be done with an interval that is over; undefined when it is done. */
type OnClosed = (closed: Interval) => Steps | undefined;

/** What it takes to count a row, and to say what a series had in an interval: see Steps. */
const [perRow, perCell] = [0.1, 0.05];

type Windows = KeyedWindows<Tallies, DimensionValues>;

/**
 * Gathers rows by dimensions' values and interval of their own time, and says what each interval held once it is over. What
 * takes long, as many series do, is done in steps, between which nothing else may be done with the cube, but for `restore`.
 */
export class Cube {
  private readonly measures: Measures;
  private readonly rows: RowReader;
  private readonly time: CubeTime;
  private readonly quiet: QuietKeys;
  private windows: Windows;
  private savedTime: Uint8Array | undefined;
  private obsolete: readonly string[] = [];

  /** @param partitions that the rows' source reads now; undefined when it does not tell */
  constructor(
    private readonly options: CubeOptions,
    partitions: ActivePartitions = () => undefined,
  ) {
    const { interval, measures, retireAfter } = options;
    this.measures = new Measures(measures);
    this.rows = new RowReader(options, this.measures);
    this.time = new CubeTime(options, partitions);
    this.windows = this.newWindows();
    this.quiet = new QuietKeys(Math.max(1, retireAfter - this.filled) * interval);
  }

  /** Rows in the order of their times; those whose time cannot be read come last. */
  inOrder(items: readonly RecordInMessage[]): RecordInMessage[] {
    return this.rows.inOrder(items);
  }

  /**
   * Counts one row. Call `advance` with the same instant first.
   * @param admit asked once a row whether its series may be watched
   * @param onClosed gets the intervals that the row's time closes, one after the other
   * @throws RecordError when the row cannot be counted; then nothing but the time has changed
   */
  *take(
    item: RecordInMessage,
    now: Instant,
    admit: (key: string) => boolean,
    onClosed: OnClosed,
  ): Steps<Taken> {
    yield perRow;
    const row = this.rows.read(item);
    if (!row) return 'filtered';
    const { time, seen, key, dimensions, contribution } = row;
    const partition = partitionOf(item);
    this.time.refuseFuture(time, seen, partition, now);
    const wall = this.time.wallAt(time);
    const late = this.lateness(wall, partition, key, now);
    if (late) return late;
    this.time.observe(partition, time, now);
    yield* this.closeUntil(this.time.overUntil(now), onClosed);
    if (!admit(key)) return 'refused';
    const window = this.windows.open(key, wall, () => dimensions);
    this.quiet.remove(key);
    window.count++;
    this.measures.add(window.state, contribution);
    if (item.msg.train) this.time.noteHistory(this.windows.startOf(wall));
    return 'counted';
  }

  /** Where a row that can be read belongs. @returns the start of its interval, ms since the epoch, and its series' key */
  placeOf(item: RecordInMessage): { readonly start: number; readonly key: string } {
    const { time, key } = this.rows.placeOf(item);
    return { start: this.time.timeAt(this.windows.startOf(this.time.wallAt(time))), key };
  }

  /** Whether intervals are over by now that are to be closed. */
  isDue(now: Instant): boolean {
    return (
      this.windows.keyCount > 0 && this.windows.closedUntil < this.windows.startOf(this.time.overUntil(now))
    );
  }

  /** Closes the intervals that are over by now, whether or not a row comes. */
  advance(now: Instant, onClosed: OnClosed): Steps {
    return this.closeUntil(this.time.overUntil(now), onClosed);
  }

  /** Closes all intervals as they stand; rows for them that come later are late. */
  flush(onClosed: OnClosed): Steps {
    return this.closeUntil(this.time.newest + this.options.interval, onClosed);
  }

  /** Forgets what waits of one series; without a key everything, so that rows of any time are welcome again. */
  reset(key?: string): void {
    this.windows.forget(key);
    this.quiet.remove(key);
    if (key !== undefined) return;
    this.windows.restartAt(-Infinity);
    this.time.reset();
  }

  changes(): PartChange[] {
    const changes: PartChange[] = this.obsolete.map((part) => ({ part, remove: true }));
    this.obsolete = [];
    const time = this.packedTime();
    if (!this.savedTime || Buffer.compare(time, this.savedTime) !== 0) {
      changes.push({ part: timePart, put: time });
      this.savedTime = time;
    }
    for (const [key, state] of this.windows.changes()) {
      const part = cellPart(key);
      changes.push(state ? { part, put: packCell(key, state, this.measures) } : { part, remove: true });
    }
    changes.push(...this.quiet.changes());
    return changes;
  }

  /**
   * Goes on from what `changes` has told, which may stand among other parts.
   * @throws Error naming the part that is damaged; nothing has changed then
   */
  restore(parts: SavedParts): void {
    const saved = readCube(parts, this.measures, this.options);
    this.windows = this.newWindows();
    this.time.reset();
    if (saved) {
      const { closedUntil, ...time } = saved.time;
      this.windows.load(closedUntil, saved.cells, saved.joined);
      this.time.load(time, closedUntil);
    }
    this.quiet.load(saved?.quiet ?? new Map());
    this.savedTime = saved && !parts.get(timePart)?.joined ? this.packedTime() : undefined;
    this.obsolete = [];
  }

  /** Begins anew and forgets what was saved. */
  discard(parts: SavedParts): void {
    this.restore(new Map());
    this.obsolete = [...parts.keys()].filter(isCubePart);
  }

  private lateness(wall: number, partition: string, key: string, now: Instant): Late | undefined {
    const start = this.windows.startOf(wall);
    const end = start + this.options.interval;
    const watermark = this.time.passed(end, this.windows.isClosed(wall), partition, now);
    if (watermark === undefined) return undefined;
    return { window: { start: this.time.timeAt(start), end: this.time.timeAt(end), key }, watermark };
  }

  /**
   * Interval by interval: what many series have in a long silence is never in memory as a whole.
   * @param wall as the clock shows it
   */
  private *closeUntil(wall: number, onClosed: OnClosed): Steps {
    if (wall === -Infinity) return;
    const { windows } = this;
    const until = windows.startOf(wall);
    while (windows.keyCount > 0 && windows.closedUntil < until) {
      const next = windows.closedUntil + this.options.interval;
      const closed = yield* windows.closing(next > -Infinity ? Math.min(next, until) : until);
      for (const interval of yield* this.intervalsOf(closed)) {
        const rest = onClosed(interval);
        if (rest) yield* rest;
      }
    }
    windows.closeUntil(until);
  }

  /** @param closed in the order of their ends and keys */
  private *intervalsOf(closed: readonly ClosedWindow<Tallies, DimensionValues>[]): Steps<Interval[]> {
    const intervals: (Interval & { cells: Cell[] })[] = [];
    const { silence } = this.options;
    let wall = NaN;
    for (const { start, end, key, identity, silent, state } of closed) {
      if (start !== wall) {
        wall = start;
        intervals.push({
          start: this.time.timeAt(start),
          end: this.time.timeAt(end),
          cells: [],
          isHistory: this.time.isHistory(start),
          retired: this.quiet.retire(end),
        });
      }
      const values =
        silent > 0 && silence === 'missing'
          ? this.options.measures.map(() => NaN)
          : this.measures.values(state, silence === 'zero');
      intervals.at(-1)!.cells.push({ key, dimensions: identity, values, silent });
      yield perCell;
    }
    return intervals;
  }

  private packedTime(): Uint8Array {
    return packTime({ ...this.time.state(), closedUntil: this.windows.closedUntil });
  }

  /** empty intervals in a row that a series gets */
  private get filled(): number {
    return this.options.silence === 'skip' ? 0 : this.options.expiry;
  }

  private newWindows(): Windows {
    const { interval, maxSeries, maxOpen } = this.options;
    const limits = {
      size: interval,
      fill: this.filled > 0,
      keyExpiry: this.filled,
      maxKeys: maxSeries,
      maxWindows: maxOpen,
    };
    const windows: Windows = new KeyedWindows(
      limits,
      () => this.measures.create(),
      (key) => this.quiet.add(key, windows.closedUntil),
    );
    return windows;
  }
}
