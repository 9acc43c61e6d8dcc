import type { ActivePartitions } from '../../lib/delivery/partitions';
import type { Keeping, PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import { Routes } from '../../lib/delivery/checkpoint/Routes';
import type { RecordInMessage } from '../../lib/records/messageProperty';
import { originOf, partitionOf, type ShardOrigin } from '../../lib/records/partitionOf';
import { RecordError } from '../../lib/records/RecordError';
import { Aggregates } from '../../lib/windows/aggregates';
import { KeyedWindows } from '../../lib/windows/KeyedWindows';
import { Watermark, type Instant } from '../../lib/windows/Watermark';
import type { WindowContent } from '../../lib/windows/WindowContent';
import { inputOf, type Entry, type Input } from './inputs';
import {
  isKeyPart,
  keyPart,
  packKey,
  packSettings,
  packTime,
  readParts,
  SettingChanged,
  settingsPart,
  timePart,
  type KeyValues,
} from './savedWindows';
import { sizeOf, type WindowSettings } from './settings';
import { WindowMessages, type Closed, type WindowMessage } from './WindowMessages';

/** `msg.late`: why a record is in no window. Times in milliseconds since the epoch. */
export interface Late {
  readonly window: { readonly start: number; readonly end: number; readonly key: string };
  readonly watermark: number;
}

/** @param keys how many keys had windows open */
type Dropped = (setting: string, keys: number) => void;

/** the longest time between two looks at the clock, ms: how soon a clock that was set forward is noticed */
const longestWait = 1000;

/** Gathers records in windows, per key, and says what each window held once it is over. */
export class TumblingWindow implements Keeping {
  readonly version = 1;
  /** the one shard that all records come from, in a flow that several instances share */
  private readonly origin: ShardOrigin | undefined;
  private readonly size: number;
  private readonly byEvent: boolean;
  private readonly read: Input;
  private readonly aggregates: Aggregates;
  private readonly messages: WindowMessages;
  private windows: KeyedWindows<WindowContent, KeyValues>;
  private watermark: Watermark;
  private lateCount = 0;
  /** the part that says how far time had come, as it was last saved; undefined when nothing was */
  private savedTime: Uint8Array | undefined;
  private readonly routes: Routes;
  /** saved parts that are not to be there any more */
  private obsolete: readonly string[] = [];

  /**
   * @param partitions that the records' source reads now; undefined when it does not tell
   * @param sender tells this node's partial windows from those of others
   * @param scope the partition that all records come from, see States
   * @param onDropped is told of saved windows that settings have changed under; without it they cannot be restored
   */
  constructor(
    private readonly settings: WindowSettings,
    private readonly partitions: ActivePartitions = () => undefined,
    sender = '',
    scope = '',
    private readonly onDropped?: Dropped,
  ) {
    this.routes = new Routes(scope);
    this.origin = scope === '' ? undefined : originOf(scope);
    this.size = sizeOf(settings);
    this.byEvent = settings.input === 'partials' || settings.timeSource === 'event';
    this.aggregates = new Aggregates(settings.aggregates);
    this.read = inputOf(settings, this.aggregates);
    this.messages = new WindowMessages(settings, this.aggregates, sender);
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
    const entry = this.read(item);
    const partition = partitionOf(item);
    const { key } = entry;
    const time = this.timeOf(entry, partition, now);
    const late = this.lateness(time, partition, key, now);
    if (late) return late;
    if (this.byEvent) {
      this.watermark.observe(partition, time, now);
      onClosed(this.closeUntil(this.watermark.at(now)));
    }
    const window = this.windows.open(key, time, () => entry.identity());
    entry.addTo(window, time, partition);
    this.routes.note(keyPart(key), item);
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
    const changes: PartChange[] = this.obsolete.map((part) => ({ part, remove: true }));
    this.obsolete = [];
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
    return this.routes.addTo(changes);
  }

  /** @throws Error when a part is damaged, or a setting has changed that says what is in a window; nothing has changed then */
  restore(parts: SavedParts, version: number): void {
    if (parts.size > 0 && version !== this.version) {
      throw new Error(`the windows must be saved in version ${this.version}, got ${version}`);
    }
    const saved = this.readSaved(parts);
    const [windows, watermark] = [this.newWindows(), this.newWatermark()];
    if (saved) {
      const { closedUntil, followed, partitions } = saved.time;
      windows.load(closedUntil, saved.keys, saved.joined);
      watermark.load(followed, partitions, closedUntil);
    }
    this.windows = windows;
    this.watermark = watermark;
    this.lateCount = saved?.time.late ?? 0;
    this.savedTime = saved && !parts.get(timePart)?.joined ? this.packedTime() : undefined;
    this.routes.restore(parts);
    this.obsolete = saved ? [] : [...parts.keys()];
  }

  /** What was saved, as far as these settings can go on with it. */
  private readSaved(parts: SavedParts): ReturnType<typeof readParts> | undefined {
    if (parts.size === 0) return undefined;
    try {
      return readParts(parts, this.settings, this.aggregates);
    } catch (error) {
      if (!this.onDropped || !(error instanceof SettingChanged)) throw error;
      this.onDropped(error.setting, [...parts.keys()].filter(isKeyPart).length);
      return undefined;
    }
  }

  private timeOf({ time, timeField, timeSeen }: Entry, partition: string, now: Instant): number {
    // The clock may have been set back a little: such records belong to the window that is open.
    if (time === undefined) return Math.max(now.wall, this.windows.closedUntil);
    if (this.watermark.isTooFarAhead(partition, time, now)) {
      const { maxAhead } = this.settings;
      throw new RecordError(
        timeField,
        timeSeen,
        `at most ${maxAhead} ms ahead of the clock and of earlier records`,
      );
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

  private messageOf(closed: Closed): WindowMessage {
    return this.messages.of(closed, this.origin && { ...this.origin, ...this.routeOf(closed.key) });
  }

  private routeOf(key: string): Pick<ShardOrigin, 'partitionKey'> {
    const partitionKey = this.routes.of(keyPart(key));
    return partitionKey === undefined ? {} : { partitionKey };
  }

  private packedTime(): Uint8Array {
    const { closedUntil } = this.windows;
    return packTime({ ...this.watermark.state(), closedUntil, late: this.lateCount });
  }

  private newWindows(): KeyedWindows<WindowContent, KeyValues> {
    const limits = { ...this.settings, size: this.size, fill: this.settings.fill === 'zero' };
    return new KeyedWindows(limits, () => ({
      gathered: this.aggregates.create(),
      partition: undefined,
      merged: undefined,
    }));
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
