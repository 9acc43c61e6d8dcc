import type { WallClock } from '../calendar/LocalClock';
import { dayAt, dayLength, weekdayOf } from '../calendar/days';

/** Times that are taken for the same place in a rhythm. */
export interface Bins {
  readonly count: number;
  /** of one of them, ms */
  readonly width: number;
  /** @param time ms since the epoch */
  of(time: number): number;
  /** Another one that tells most of this one as long as nothing has been seen in it. */
  alike?(bin: number): number;
}

const fiveMinutes = 300_000;
const hour = 3_600_000;
const fiveMinutesOfDay = dayLength / fiveMinutes;
const firstWeekday = 0;
const lastWeekday = 6;

/** No rhythm: all times are the same. */
export const plainBins: Bins = { count: 1, width: dayLength, of: () => 0 };

/** Every five minutes of a working day, and of a day of the weekend. */
export function dayBins(clock: WallClock): Bins {
  return {
    count: 2 * fiveMinutesOfDay,
    width: fiveMinutes,
    of: (time) => {
      const wall = clock.wallAt(time);
      const day = dayAt(wall);
      const weekday = weekdayOf(day);
      const isWeekend = weekday === firstWeekday || weekday === lastWeekday;
      return Math.floor((wall - day * dayLength) / fiveMinutes) + (isWeekend ? fiveMinutesOfDay : 0);
    },
    alike: (bin) => (bin + fiveMinutesOfDay) % (2 * fiveMinutesOfDay),
  };
}

/** Every hour of the week. */
export function weekBins(clock: WallClock): Bins {
  return {
    count: 168,
    width: hour,
    of: (time) => {
      const wall = clock.wallAt(time);
      const day = dayAt(wall);
      return 24 * weekdayOf(day) + Math.floor((wall - day * dayLength) / hour);
    },
  };
}

/** The parts of a period, whatever the clock shows. */
export class Cycle implements Bins {
  /**
   * @param period ms
   * @param start when one began, ms since the epoch
   */
  constructor(
    readonly count: number,
    private readonly period: number,
    private readonly start: number,
  ) {}

  get width(): number {
    return this.period / this.count;
  }

  of(time: number): number {
    return Math.min(this.count - 1, Math.floor(this.phase(time) * this.count));
  }

  /** The start of a cycle of another period that is at the same place now. */
  startFor(period: number, now: number): number {
    return now - this.phase(now) * period;
  }

  /** 0 to 1. */
  private phase(time: number): number {
    const cycles = (time - this.start) / this.period;
    return cycles - Math.floor(cycles);
  }
}
