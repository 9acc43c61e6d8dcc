import { dayAt, dayLength } from './days';
import { fallsOn, type DayRule } from './DayRule';
import type { WallClock } from './LocalClock';

/** From `start` up to but without `end`, milliseconds since the epoch. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** When an event takes place. */
export interface Schedule {
  /** What of it lies within two times, at least in part. */
  spans(from: number, to: number): Span[];
}

/** How an event goes on that begins when the clock shows `wall`: until when, milliseconds since the epoch. */
export type Ending = (wall: number, clock: WallClock) => number;

/** Ends after so many days of the calendar and then so many milliseconds. */
export function after(days: number, milliseconds = 0): Ending {
  return (wall, clock) => clock.timeAt(wall + days * dayLength) + milliseconds;
}

/** Ends when the clock shows something else. @param wallEnd what, from what it shows at the start */
export function until(wallEnd: (wall: number) => number): Ending {
  return (wall, clock) => clock.timeAt(wallEnd(wall));
}

export interface Recurrence {
  readonly rule: DayRule;
  /** when it begins on one of the rule's days: milliseconds since midnight by the clock; at most 24 of them */
  times(day: number): readonly number[];
  readonly ending: Ending;
  /** days that it may last at most, so far back a beginning is looked for */
  readonly reach: number;
  /** whether what begins when the clock shows `wall` takes place at all; it does unless this says no */
  readonly takesPlace?: (wall: number) => boolean;
}

/** An event that comes again and again, at the same time by a clock. */
export class Recurring implements Schedule {
  constructor(
    private readonly recurrence: Recurrence,
    private readonly clock: WallClock,
  ) {}

  spans(from: number, to: number): Span[] {
    const { rule, times, ending, reach, takesPlace = () => true } = this.recurrence;
    const found: Span[] = [];
    // A day more on both sides, as a clock that is set forward or back moves a beginning.
    const last = dayAt(this.clock.wallAt(to)) + 1;
    for (let day = dayAt(this.clock.wallAt(from)) - reach - 1; day <= last; day++) {
      if (!fallsOn(rule, day)) continue;
      for (const time of times(day)) {
        const wall = day * dayLength + time;
        if (!takesPlace(wall)) continue;
        const span = { start: this.clock.timeAt(wall), end: ending(wall, this.clock) };
        if (overlaps(span, from, to)) found.push(span);
      }
    }
    return found;
  }
}

/** An event at times that are listed one by one. */
export class Listed implements Schedule {
  constructor(private readonly all: readonly Span[]) {}

  spans(from: number, to: number): Span[] {
    return this.all.filter((span) => overlaps(span, from, to));
  }
}

function overlaps({ start, end }: Span, from: number, to: number): boolean {
  return start < to && end > from && end > start;
}
