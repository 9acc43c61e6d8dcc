import { dayLength } from './days';

/** Turns times into what a clock on a wall shows and back. `wall`: see days.ts; times are milliseconds since the epoch. */
export interface WallClock {
  wallAt(time: number): number;
  /**
   * When the clock shows this. What it shows twice, as it is set back, is the first of both; what it never shows, as it is
   * set forward, is as late as if it had not been set yet (RFC 5545, 3.3.5).
   */
  timeAt(wall: number): number;
}

/** No zone is set forward or back in between. */
const block = 900_000;
const mostBlocks = 1024;

/** A clock with the daylight saving of its zone. */
export class LocalClock implements WallClock {
  /** by time zone: what a clock of the platform takes, in memory and to be made, is much beside all that a series needs */
  private static readonly known = new Map<string, LocalClock>();

  /** by block: how far the clock is ahead of UTC, ms */
  private readonly offsets = new Map<number, number>();

  /** @param offsetOf how far the clock is ahead of UTC at a time, ms */
  constructor(private readonly offsetOf: (time: number) => number) {}

  /**
   * The clock of a time zone of the IANA database, the same for all who ask for it.
   * @throws RangeError when there is no such zone
   */
  static in(timeZone: string): LocalClock {
    let clock = LocalClock.known.get(timeZone);
    if (!clock) {
      clock = LocalClock.make(timeZone);
      LocalClock.known.set(timeZone, clock);
    }
    return clock;
  }

  private static make(timeZone: string): LocalClock {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
    const isUtc = format.resolvedOptions().timeZone === 'UTC';
    return new LocalClock(isUtc ? () => 0 : (time) => offsetIn(format, time));
  }

  wallAt(time: number): number {
    return time + this.offsetAt(time);
  }

  timeAt(wall: number): number {
    const before = wall - this.offsetAt(wall - dayLength);
    if (this.wallAt(before) === wall) return before;
    const after = wall - this.offsetAt(wall + dayLength);
    return this.wallAt(after) === wall ? after : before;
  }

  private offsetAt(time: number): number {
    const at = Math.floor(time / block);
    let offset = this.offsets.get(at);
    if (offset === undefined) {
      offset = this.offsetOf(at * block);
      if (this.offsets.size >= mostBlocks) this.offsets.clear();
      this.offsets.set(at, offset);
    }
    return offset;
  }
}

function offsetIn(format: Intl.DateTimeFormat, time: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(time)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / 1000) * 1000;
}
