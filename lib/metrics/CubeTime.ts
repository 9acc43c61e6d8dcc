import type { ActivePartitions } from '../delivery/partitions';
import type { WallClock } from '../detection/calendar/LocalClock';
import { RecordError } from '../records/RecordError';
import { Watermark, type Instant } from '../windows/Watermark';
import type { SavedTime } from './savedCube';

export interface TimeOptions {
  /** length of an interval, ms */
  readonly interval: number;
  /** that intervals go by: a day is one from midnight to midnight, also when it has 23 or 25 hours */
  readonly clock: WallClock;
  readonly timeField: string;
  /** how long after its end an interval waits for rows, ms of their time */
  readonly offset: number;
  /** see Watermark, ms */
  readonly idleTimeout: number;
  readonly maxAhead: number;
}

type Saved = Omit<SavedTime, 'closedUntil'>;

/** How far the time of a cube's rows has come, and up to where they are history. */
export class CubeTime {
  private watermark: Watermark;
  /** the newest time with a row, as the clock shows it; ms */
  private newestWall = -Infinity;
  /** intervals that begin before this time of the clock are history */
  private historyUntil = -Infinity;

  /** @param partitions that the rows' source reads now; undefined when it does not tell */
  constructor(
    private readonly options: TimeOptions,
    private readonly partitions: ActivePartitions,
  ) {
    this.watermark = this.newWatermark();
  }

  /** The newest time with a row, as the clock shows it; -Infinity before there is one. */
  get newest(): number {
    return this.newestWall;
  }

  /** Until when intervals are over by now, as the clock shows it; -Infinity before the first row. */
  overUntil(now: Instant): number {
    return this.wallAt(this.watermark.at(now));
  }

  /** @throws RecordError when no row can be of this time yet, naming the field and what was seen there */
  refuseFuture(time: number, seen: unknown, partition: string, now: Instant): void {
    if (!this.watermark.isTooFarAhead(partition, time, now)) return;
    const { timeField } = this.options;
    const expected = `at most ${this.mostAhead} ms ahead of the clock and of earlier rows`;
    throw new RecordError(timeField || 'timestamp', seen, expected);
  }

  /**
   * How far time has come, ms since the epoch, when that is beyond an interval; otherwise undefined. Time may have passed
   * it in a row's own partition, even if others hold the interval open.
   * @param end of the interval, as the clock shows it
   * @param isClosed whether it is closed already
   */
  passed(end: number, isClosed: boolean, partition: string, now: Instant): number | undefined {
    const mark = this.watermark.of(partition);
    if (this.timeAt(end) <= mark) return mark;
    return isClosed ? this.watermark.at(now) : undefined;
  }

  observe(partition: string, time: number, now: Instant): void {
    this.watermark.observe(partition, time, now);
    this.newestWall = Math.max(this.newestWall, this.wallAt(time));
  }

  /** @param start of an interval with a row of history, as the clock shows it */
  noteHistory(start: number): void {
    this.historyUntil = Math.max(this.historyUntil, start + this.options.interval);
  }

  /** @param start of an interval, as the clock shows it */
  isHistory(start: number): boolean {
    return start < this.historyUntil;
  }

  wallAt(time: number): number {
    return time === -Infinity ? time : this.options.clock.wallAt(time);
  }

  timeAt(wall: number): number {
    return wall === -Infinity ? wall : this.options.clock.timeAt(wall);
  }

  reset(): void {
    this.watermark = this.newWatermark();
    this.newestWall = -Infinity;
    this.historyUntil = -Infinity;
  }

  state(): Saved {
    const { historyUntil, newestWall: newest } = this;
    return { ...this.watermark.state(), newest, historyUntil };
  }

  /** Goes on from there, and from that alone. @param closedUntil intervals that end here or before are closed, by the clock */
  load({ followed, partitions, newest, historyUntil }: Saved, closedUntil: number): void {
    this.watermark = this.newWatermark();
    this.watermark.load(followed, partitions, this.timeAt(closedUntil));
    this.newestWall = newest;
    this.historyUntil = historyUntil;
  }

  /** see Watermark, ms; a row of the next interval is never too far ahead */
  private get mostAhead(): number {
    const { maxAhead, interval } = this.options;
    return maxAhead && Math.max(maxAhead, 2 * interval);
  }

  private newWatermark(): Watermark {
    const { offset, idleTimeout } = this.options;
    return new Watermark(offset, idleTimeout, this.mostAhead, this.partitions);
  }
}
