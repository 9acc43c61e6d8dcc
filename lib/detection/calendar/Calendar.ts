import { dayLength } from './days';
import { keyPattern } from './keyPattern';
import type { Schedule, Span } from './Schedule';

/** What an event does to alarms: it holds them back, or raises the limit that makes an alarm. */
export type Effect =
  | { readonly kind: 'hold' }
  /** The limit is multiplied by `factor`, 1 or more, and then grows by `amount`, 0 or more. */
  | { readonly kind: 'raise'; readonly factor: number; readonly amount: number };

/** An event that is known beforehand: a holiday, a sale, a job that runs every night. */
export interface CalendarEvent {
  readonly name: string;
  /** of the series that it concerns, with `*` for any characters; empty for all */
  readonly keys: readonly string[];
  readonly effect: Effect;
  readonly schedule: Schedule;
}

export type CalendarEffect = Effect & { readonly name: string };

interface Entry {
  readonly span: Span;
  readonly concerns: (key: string) => boolean;
  readonly effect: CalendarEffect;
}

const mostDays = 8;
/** Beyond this a Date holds no time. */
const latest = 8.64e15;

/**
 * The events that are known beforehand. Where several are on at a time, one that holds alarms back goes before one that
 * raises the limit, and then the one listed first.
 */
export class Calendar {
  /** by day of UTC: what is on during it */
  private readonly days = new Map<number, readonly Entry[]>();
  private readonly events: readonly (Omit<Entry, 'span'> & { readonly schedule: Schedule })[];

  constructor(events: readonly CalendarEvent[]) {
    this.events = [...events]
      .sort((a, b) => Number(a.effect.kind === 'raise') - Number(b.effect.kind === 'raise'))
      .map(({ name, keys, effect, schedule }) => ({
        concerns: keyPattern(keys),
        effect: { ...effect, name },
        schedule,
      }));
  }

  /**
   * What holds for a series at a time; undefined when nothing out of the ordinary was announced.
   * @param time milliseconds since the epoch
   */
  at(time: number, key: string): CalendarEffect | undefined {
    if (this.events.length === 0 || !(Math.abs(time) <= latest)) return undefined;
    const on = this.during(Math.floor(time / dayLength));
    return on.find(({ span, concerns }) => time >= span.start && time < span.end && concerns(key))?.effect;
  }

  private during(day: number): readonly Entry[] {
    let entries = this.days.get(day);
    if (!entries) {
      const [from, to] = [day * dayLength, (day + 1) * dayLength];
      entries = this.events.flatMap(({ schedule, ...event }) =>
        schedule.spans(from, to).map((span) => ({ ...event, span })),
      );
      if (this.days.size >= mostDays) this.days.delete(this.days.keys().next().value!);
      this.days.set(day, entries);
    }
    return entries;
  }
}

/** The limit that an effect makes of one; Infinity where nothing is to be told. */
export function raisedLimit(limit: number, effect: Effect | undefined): number {
  if (!effect) return limit;
  return effect.kind === 'hold' ? Infinity : limit * effect.factor + effect.amount;
}
