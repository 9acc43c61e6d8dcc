import type { ActivePartitions } from '../../lib/delivery/partitions';
import type { Keeping, PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import { fieldReader, type FieldReader } from '../../lib/records/fieldPath';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { partitionOf } from '../../lib/records/partitionOf';
import { RecordError } from '../../lib/records/RecordError';
import { recordTime } from '../../lib/records/recordTime';
import { seriesKey } from '../../lib/records/seriesKey';
import type { Accumulator } from '../../lib/windows/Accumulator';
import { Aggregates } from '../../lib/windows/aggregates';
import { Derived } from '../../lib/windows/derived';
import { KeyedWindows } from '../../lib/windows/KeyedWindows';
import { timeOf } from '../../lib/windows/timeOf';
import { Watermark, type Instant } from '../../lib/windows/Watermark';
import type { ClosedWindow } from '../../lib/windows/WindowsOfKey';
import {
  checkSettings,
  isKeyPart,
  keyPart,
  packKey,
  packSettings,
  packTime,
  settingsPart,
  timePart,
  unpackKey,
  unpackTime,
  type KeyValues,
  type SavedKey,
} from './savedWindows';
import { sizeOf, type WindowSettings } from './settings';

/** The message of one closed window. */
export interface WindowMessage {
  readonly payload: Record<string, unknown>;
  readonly topic: string;
  readonly timestamp: number;
  readonly window: {
    readonly start: number;
    readonly end: number;
    readonly key: string;
    readonly count: number;
    readonly filled: boolean;
    readonly partial: boolean;
  };
}

/** `msg.late`: why a record is in no window. Times in milliseconds since the epoch. */
export interface Late {
  readonly window: { readonly start: number; readonly end: number; readonly key: string };
  readonly watermark: number;
}

type Closed = ClosedWindow<readonly Accumulator[], KeyValues>;

/** the longest time between two looks at the clock, ms: how soon a clock that was set forward is noticed */
const longestWait = 1000;

/** Gathers records in windows, per key, and says what each window held once it is over. */
export class TumblingWindow implements Keeping {
  readonly version = 1;
  private readonly size: number;
  private readonly byEvent: boolean;
  private readonly keyOf: (item: RecordInMessage) => string;
  private readonly readTimeField: FieldReader;
  private readonly readKeyFields: (record: unknown) => KeyValues;
  private readonly aggregates: Aggregates;
  private readonly derived: Derived;
  private windows: KeyedWindows<readonly Accumulator[], KeyValues>;
  private watermark: Watermark;
  private lateCount = 0;
  /** the part that says how far time had come, as it was last saved; undefined when nothing was */
  private savedTime: Uint8Array | undefined;

  /** @param partitions that the records' source reads now; undefined when it does not tell */
  constructor(
    private readonly settings: WindowSettings,
    private readonly partitions: ActivePartitions = () => undefined,
  ) {
    this.size = sizeOf(settings);
    this.byEvent = settings.timeSource === 'event';
    this.readTimeField = fieldReader(settings.timeField || 'timestamp');
    this.keyOf = seriesKey(settings.keyFields);
    const readers = settings.keyFields.map((field) => ({ field, read: fieldReader(field) }));
    this.readKeyFields = (record) => readers.map(({ field, read }) => [field, read(record)]);
    this.aggregates = new Aggregates(settings.aggregates);
    this.derived = new Derived(settings.derived);
    this.windows = this.newWindows();
    this.watermark = this.newWatermark();
  }

  /** Keys and windows held now, and records that came too late so far. */
  get load(): { keys: number; windows: number; late: number } {
    return { keys: this.windows.keyCount, windows: this.windows.windowCount, late: this.lateCount };
  }

  /**
   * Counts one record into its window. Call `advance` with the same instant first.
   * @param onClosed gets the windows that the record's time closes, in order: their keys make room for the record's
   * @returns why the record is in no window, when it came too late
   * @throws RecordError when the record cannot be counted; then nothing but the time has changed
   */
  take(
    item: RecordInMessage,
    now: Instant,
    onClosed: (closed: readonly WindowMessage[]) => void,
  ): Late | undefined {
    const { record } = item;
    checkRecord(record);
    const partition = partitionOf(item);
    const time = this.timeOf(item, partition, now);
    const key = this.keyOf(item);
    const contribution = this.aggregates.read(record);
    const late = this.lateness(time, partition, key, now);
    if (late) return late;
    if (this.byEvent) {
      this.watermark.observe(partition, time, now);
      onClosed(this.closeUntil(this.watermark.at(now)));
    }
    const window = this.windows.open(key, time, () => this.readKeyFields(record));
    window.count++;
    this.aggregates.add(window.state, contribution, { time, partition });
    return undefined;
  }

  /** Closes the windows that are over by now, whether or not a record comes. */
  advance(now: Instant): WindowMessage[] {
    if (this.byEvent) return this.closeUntil(this.watermark.at(now));
    // A clock set back by no more than a window is waited out. Further, windows would stay open for as long as it was
    // set back, so they begin anew.
    if (now.wall >= this.windows.closedUntil - this.size) return this.closeUntil(now.wall);
    return this.windows.restartAt(now.wall).map((window) => this.messageOf(window));
  }

  /** Closes the open windows of one key, or of all, as they stand. */
  flush(key?: string): WindowMessage[] {
    return this.windows.flush(key).map((window) => this.messageOf(window));
  }

  /** Forgets one key; without one, everything, so that records of any time are welcome again. */
  reset(key?: string): void {
    this.windows.forget(key);
    if (key !== undefined) return;
    this.windows.restartAt(-Infinity);
    this.watermark = this.newWatermark();
    this.lateCount = 0;
  }

  /** How long the caller may wait before the next `advance`, ms. */
  wait(now: Instant): number {
    const { idleTimeout } = this.settings;
    const due = this.byEvent ? idleTimeout || longestWait : this.windows.closedUntil + this.size - now.wall;
    return Math.min(Math.max(due, 1), longestWait);
  }

  changes(): PartChange[] {
    const changes: PartChange[] = [];
    if (!this.savedTime) changes.push({ part: settingsPart, put: packSettings(this.settings) });
    const time = this.packedTime();
    if (!this.savedTime || Buffer.compare(time, this.savedTime) !== 0) {
      changes.push({ part: timePart, put: time });
      this.savedTime = time;
    }
    for (const [key, state] of this.windows.changes()) {
      const part = keyPart(key);
      changes.push(state ? { part, put: packKey(key, state, this.aggregates) } : { part, remove: true });
    }
    return changes;
  }

  /** @throws Error when a part is damaged, or a setting has changed that says what is in a window; nothing has changed then */
  restore(parts: SavedParts, version: number): void {
    const [windows, watermark] = [this.newWindows(), this.newWatermark()];
    let late = 0;
    if (parts.size > 0) {
      if (version !== this.version) {
        throw new Error(`the windows must be saved in version ${this.version}, got ${version}`);
      }
      checkSettings(parts.get(settingsPart), this.settings);
      const time = unpackTime(parts.get(timePart));
      const keys = new Map<string, SavedKey>();
      for (const [name, part] of parts) {
        if (isKeyPart(name)) keys.set(...unpackKey(name, part, this.settings, this.aggregates));
      }
      windows.load(time.closedUntil, keys);
      watermark.load(time.followed, time.partitions, time.closedUntil);
      late = time.late;
    }
    this.windows = windows;
    this.watermark = watermark;
    this.lateCount = late;
    this.savedTime = parts.size > 0 ? this.packedTime() : undefined;
  }

  private timeOf(item: RecordInMessage, partition: string, now: Instant): number {
    // The clock may have been set back a little: such records belong to the window that is open.
    if (!this.byEvent) return Math.max(now.wall, this.windows.closedUntil);
    const { timeField, timeFormat, maxAhead } = this.settings;
    const field = timeField || 'timestamp';
    // msg.timestamp is always in milliseconds; a field of the record is what the format says.
    const contracted = timeField ? undefined : recordTime(item);
    const seen = contracted ?? this.readTimeField(item.record);
    const time = timeOf(seen, contracted === undefined ? timeFormat : 'ms', field);
    if (this.watermark.isTooFarAhead(partition, time, now)) {
      throw new RecordError(field, seen, `at most ${maxAhead} ms ahead of the clock and of earlier records`);
    }
    return time;
  }

  /**
   * By event time a record is late when time had passed its window in its own partition, even if others held the window
   * open: so it does not matter how far these happen to have been read.
   */
  private lateness(time: number, partition: string, key: string, now: Instant): Late | undefined {
    const start = this.windows.startOf(time);
    const end = start + this.size;
    const mark = this.byEvent ? this.watermark.of(partition) : -Infinity;
    if (end > mark && !this.windows.isClosed(time)) return undefined;
    this.lateCount++;
    return { window: { start, end, key }, watermark: end > mark ? this.watermark.at(now) : mark };
  }

  private closeUntil(time: number): WindowMessage[] {
    return this.windows.closeUntil(time).map((window) => this.messageOf(window));
  }

  private messageOf({ start, end, key, identity, count, filled, partial, state }: Closed): WindowMessage {
    const results = new Map<string, unknown>(this.aggregates.results(state));
    this.derived.addTo(results);
    return {
      payload: Object.fromEntries([...identity, ...results]),
      topic: key,
      timestamp: end,
      window: { start, end, key, count, filled, partial },
    };
  }

  private packedTime(): Uint8Array {
    const { closedUntil } = this.windows;
    return packTime({ ...this.watermark.state(), closedUntil, late: this.lateCount });
  }

  private newWindows(): KeyedWindows<readonly Accumulator[], KeyValues> {
    const limits = { ...this.settings, size: this.size, fill: this.settings.fill === 'zero' };
    return new KeyedWindows(limits, () => this.aggregates.create());
  }

  private newWatermark(): Watermark {
    const { lateness, idleTimeout, maxAhead } = this.settings;
    return new Watermark(
      lateness,
      idleTimeout,
      maxAhead && Math.max(maxAhead, 2 * this.size),
      this.partitions,
    );
  }
}

/** What cannot be a record must not be counted as one. */
function checkRecord(record: unknown): void {
  const broken =
    record === undefined || record === null || record instanceof Uint8Array || Number.isNaN(record);
  if (broken) throw new RecordError('payload', record, 'a record: an object, a number or text');
}
