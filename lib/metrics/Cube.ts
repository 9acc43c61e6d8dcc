import type { ActivePartitions } from '../delivery/partitions';
import type { PartChange, SavedParts } from '../delivery/checkpoint/Keeping';
import type { WallClock } from '../detection/calendar/LocalClock';
import type { RecordInMessage } from '../records/messageProperty';
import { partitionOf } from '../records/partitionOf';
import { RecordError } from '../records/RecordError';
import { KeyedWindows } from '../windows/KeyedWindows';
import { Watermark, type Instant } from '../windows/Watermark';
import type { ClosedWindow } from '../windows/WindowsOfKey';
import type { DimensionValues } from './dimensions';
import { Measures, type Tallies } from './measures';
import type { MeasureSpec } from './measureSpec';
import { RowReader, type RowOptions } from './RowReader';
import { isCellPart, packCell, packTime, cellPart, readCube, timePart } from './savedCube';

export interface CubeOptions extends RowOptions {
  readonly measures: readonly MeasureSpec[];
  /** length of an interval, ms */
  readonly interval: number;
  /** that intervals go by: a day is one from midnight to midnight, also when it has 23 or 25 hours */
  readonly clock: WallClock;
  /** how long after its end an interval waits for rows, ms of their time */
  readonly offset: number;
  /** see Watermark, ms */
  readonly idleTimeout: number;
  readonly maxAhead: number;
  /** whether a series without rows has a sum of 0, for `expiry` intervals in a row */
  readonly zero: boolean;
  readonly expiry: number;
  readonly maxSeries: number;
  /** intervals of all series that wait for rows */
  readonly maxOpen: number;
}

/** One series in one interval. */
export interface Cell {
  readonly key: string;
  readonly dimensions: DimensionValues;
  /** of each measure; NaN where there is none */
  readonly values: readonly number[];
}

/** An interval that is over, and what was in it. */
export interface Interval {
  /** ms since the epoch; the end belongs to the next one */
  readonly start: number;
  readonly end: number;
  /** in the order of their keys */
  readonly cells: readonly Cell[];
  /** to be learned and not to be judged */
  readonly isHistory: boolean;
}

/** `msg.late`: why a row is in no interval. Times in ms since the epoch. */
export interface Late {
  readonly window: { readonly start: number; readonly end: number; readonly key: string };
  readonly watermark: number;
}

/** What became of a row; only 'counted' ones are in an interval. */
export type Taken = 'counted' | 'filtered' | 'refused' | Late;

type Windows = KeyedWindows<Tallies, DimensionValues>;

/** Gathers rows by dimensions' values and interval of their own time, and says what each interval held once it is over. */
export class Cube {
  private readonly measures: Measures;
  private readonly rows: RowReader;
  private windows: Windows;
  private watermark: Watermark;
  /** the newest time with a row, as the clock shows it; ms */
  private newest = -Infinity;
  /** intervals that begin before this time of the clock are history */
  private historyUntil = -Infinity;
  private savedTime: Uint8Array | undefined;
  private obsolete: readonly string[] = [];

  /** @param partitions that the rows' source reads now; undefined when it does not tell */
  constructor(
    private readonly options: CubeOptions,
    private readonly partitions: ActivePartitions = () => undefined,
  ) {
    this.measures = new Measures(options.measures);
    this.rows = new RowReader(options, this.measures);
    this.windows = this.newWindows();
    this.watermark = this.newWatermark();
  }

  /** Rows in the order of their times; those whose time cannot be read come last. */
  inOrder(items: readonly RecordInMessage[]): RecordInMessage[] {
    return this.rows.inOrder(items);
  }

  /**
   * Counts one row. Call `advance` with the same instant first.
   * @param admit asked once a row whether its series may be watched
   * @param onClosed gets the intervals that the row's time closes
   * @throws RecordError when the row cannot be counted; then nothing but the time has changed
   */
  take(
    item: RecordInMessage,
    now: Instant,
    admit: (key: string) => boolean,
    onClosed: (closed: readonly Interval[]) => void,
  ): Taken {
    const row = this.rows.read(item);
    if (!row) return 'filtered';
    const { time, seen, key, dimensions, contribution } = row;
    const partition = partitionOf(item);
    this.refuseFuture(time, seen, partition, now);
    const wall = this.options.clock.wallAt(time);
    const late = this.lateness(wall, partition, key, now);
    if (late) return late;
    this.watermark.observe(partition, time, now);
    this.newest = Math.max(this.newest, wall);
    onClosed(this.closeUntil(this.watermark.at(now)));
    if (!admit(key)) return 'refused';
    const window = this.windows.open(key, wall, () => dimensions);
    window.count++;
    this.measures.add(window.state, contribution);
    if (item.msg.train) {
      this.historyUntil = Math.max(this.historyUntil, this.windows.startOf(wall) + this.options.interval);
    }
    return 'counted';
  }

  /** Where a row that can be read belongs. @returns the start of its interval, ms since the epoch, and its series' key */
  placeOf(item: RecordInMessage): { readonly start: number; readonly key: string } {
    const { clock } = this.options;
    const { time, key } = this.rows.placeOf(item);
    return { start: clock.timeAt(this.windows.startOf(clock.wallAt(time))), key };
  }

  /** Closes the intervals that are over by now, whether or not a row comes. */
  advance(now: Instant): Interval[] {
    return this.closeUntil(this.watermark.at(now));
  }

  /** Closes all intervals as they stand; rows for them that come later are late. */
  flush(): Interval[] {
    if (this.newest === -Infinity) return [];
    return this.intervalsOf(
      this.windows.closeUntil(this.windows.startOf(this.newest) + this.options.interval),
    );
  }

  /** Forgets what waits of one series; without a key everything, so that rows of any time are welcome again. */
  reset(key?: string): void {
    this.windows.forget(key);
    if (key !== undefined) return;
    this.windows.restartAt(-Infinity);
    this.watermark = this.newWatermark();
    this.newest = -Infinity;
    this.historyUntil = -Infinity;
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
    return changes;
  }

  /**
   * Goes on from what `changes` has told, which may stand among other parts.
   * @throws Error naming the part that is damaged; nothing has changed then
   */
  restore(parts: SavedParts): void {
    const saved = readCube(parts, this.measures, this.options);
    const [windows, watermark] = [this.newWindows(), this.newWatermark()];
    if (saved) {
      const { closedUntil, followed, partitions } = saved.time;
      windows.load(closedUntil, saved.cells, saved.joined);
      watermark.load(followed, partitions, this.timeOfWall(closedUntil));
    }
    this.windows = windows;
    this.watermark = watermark;
    this.newest = saved?.time.newest ?? -Infinity;
    this.historyUntil = saved?.time.historyUntil ?? -Infinity;
    this.savedTime = saved && !parts.get(timePart)?.joined ? this.packedTime() : undefined;
    this.obsolete = [];
  }

  /** Begins anew and forgets what was saved. */
  discard(parts: SavedParts): void {
    this.restore(new Map());
    this.obsolete = [...parts.keys()].filter((part) => part === timePart || isCellPart(part));
  }

  private refuseFuture(time: number, seen: unknown, partition: string, now: Instant): void {
    if (!this.watermark.isTooFarAhead(partition, time, now)) return;
    const { timeField } = this.options;
    const expected = `at most ${this.mostAhead} ms ahead of the clock and of earlier rows`;
    throw new RecordError(timeField || 'timestamp', seen, expected);
  }

  /** A row is late when time had passed its interval in its own partition, even if others held the interval open. */
  private lateness(wall: number, partition: string, key: string, now: Instant): Late | undefined {
    const start = this.windows.startOf(wall);
    const end = start + this.options.interval;
    const mark = this.watermark.of(partition);
    const isOver = this.options.clock.timeAt(end) <= mark;
    if (!isOver && !this.windows.isClosed(wall)) return undefined;
    const window = { start: this.options.clock.timeAt(start), end: this.options.clock.timeAt(end), key };
    return { window, watermark: isOver ? mark : this.watermark.at(now) };
  }

  private closeUntil(time: number): Interval[] {
    if (time === -Infinity) return [];
    return this.intervalsOf(this.windows.closeUntil(this.options.clock.wallAt(time)));
  }

  /** @param closed in the order of their ends and keys */
  private intervalsOf(closed: readonly ClosedWindow<Tallies, DimensionValues>[]): Interval[] {
    const intervals: (Interval & { cells: Cell[] })[] = [];
    let wall = NaN;
    for (const { start, end, key, identity, state } of closed) {
      if (start !== wall) {
        wall = start;
        const isHistory = start < this.historyUntil;
        intervals.push({
          start: this.options.clock.timeAt(start),
          end: this.options.clock.timeAt(end),
          cells: [],
          isHistory,
        });
      }
      const values = this.measures.values(state, this.options.zero);
      intervals.at(-1)!.cells.push({ key, dimensions: identity, values });
    }
    return intervals;
  }

  private packedTime(): Uint8Array {
    const { newest, historyUntil } = this;
    const { closedUntil } = this.windows;
    return packTime({ ...this.watermark.state(), closedUntil, newest, historyUntil });
  }

  private timeOfWall(wall: number): number {
    return wall === -Infinity ? wall : this.options.clock.timeAt(wall);
  }

  /** see Watermark, ms; a row of the next interval is never too far ahead */
  private get mostAhead(): number {
    const { maxAhead, interval } = this.options;
    return maxAhead && Math.max(maxAhead, 2 * interval);
  }

  private newWindows(): Windows {
    const { interval, zero, expiry, maxSeries, maxOpen } = this.options;
    const limits = {
      size: interval,
      fill: zero,
      keyExpiry: expiry,
      maxKeys: maxSeries,
      maxWindows: maxOpen,
    };
    return new KeyedWindows(limits, () => this.measures.create());
  }

  private newWatermark(): Watermark {
    const { offset, idleTimeout } = this.options;
    return new Watermark(offset, idleTimeout, this.mostAhead, this.partitions);
  }
}
