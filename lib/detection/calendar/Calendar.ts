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
  /** that it concerns, with `*` as in keys; empty for all, also for series of no measure */
  readonly measures: readonly string[];
  readonly effect: Effect;
  readonly schedule: Schedule;
}

export type CalendarEffect = Effect & { readonly name: string };

interface Entry {
  readonly span: Span;
  /** of the events that hold at a time, the one with the lowest place counts */
  readonly place: number;
  readonly concerns: (key: string, measure: string | undefined) => boolean;
  readonly effect: CalendarEffect;
}

const mostDays = 8;
/** Of what takes longer, only the end is looked at. */
const longest = 366 * dayLength;
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
      .map(({ name, keys, measures, effect, schedule }, place) => ({
        place,
        concerns: concernOf(keys, measures),
        effect: { ...effect, name },
        schedule,
      }));
  }

  /**
   * What holds for a series at a time, or in any part of a stretch of time; undefined when nothing out of the ordinary was
   * announced.
   * @param time milliseconds since the epoch
   * @param until where the stretch ends that begins at `time`, without it; a moment, if left out
   * @param measure of the series; left out where there are none, which no event concerns that names measures
   */
  at(time: number, key: string, until = time, measure?: string): CalendarEffect | undefined {
    if (this.events.length === 0 || !(Math.max(Math.abs(time), Math.abs(until)) <= latest)) return undefined;
    const from = Math.max(time, until - longest);
    const holds = ({ span, concerns }: Entry) =>
      (span.start < until || span.start <= from) && span.end > from && concerns(key, measure);
    let first: Entry | undefined;
    for (let day = Math.floor(from / dayLength); day * dayLength < until || day * dayLength <= from; day++) {
      const found = this.during(day).find(holds);
      if (found && (!first || found.place < first.place)) first = found;
    }
    return first?.effect;
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

function concernOf(keys: readonly string[], measures: readonly string[]): Entry['concerns'] {
  const fitsKey = keyPattern(keys);
  if (measures.length === 0) return fitsKey;
  const fitsMeasure = keyPattern(measures);
  return (key, measure) => measure !== undefined && fitsMeasure(measure) && fitsKey(key);
}

/** The limit that an effect makes of one; Infinity where nothing is to be told. */
export function raisedLimit(limit: number, effect: Effect | undefined): number {
  if (!effect) return limit;
  return effect.kind === 'hold' ? Infinity : limit * effect.factor + effect.amount;
}
