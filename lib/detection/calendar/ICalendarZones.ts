import { CalendarError } from './CalendarError';
import { dayAt, dayLength } from './days';
import { fallsOn } from './DayRule';
import { isTimeZone } from './eventLine';
import { repetitionOf, type Repetition } from './icalRule';
import { wallOf } from './icalTime';
import { LocalClock, type WallClock } from './LocalClock';
import type { Component, Recur, Time } from './vendor/ical';

/** The rarest day that a clock may be changed on is 29 February. */
const mostDays = 8 * 366;

/** A change of a zone's clock: summer time begins, or ends. */
interface Observance {
  /** when it first comes, ms by the clock before the change */
  readonly start: number;
  readonly repetitions: readonly Repetition[];
  /** further ones, one by one */
  readonly listed: readonly number[];
  /** how far the clock is ahead of UTC before and after, ms */
  readonly before: number;
  readonly after: number;
}

/** The time zones of an iCalendar file. */
export class ICalendarZones {
  private readonly clocks = new Map<string, WallClock>();
  private readonly components: ReadonlyMap<string, Component>;

  constructor(calendar: Component) {
    this.components = new Map(
      calendar.getAllSubcomponents('vtimezone').map((zone) => [textOf(zone, 'tzid'), zone]),
    );
  }

  /**
   * The clock of a TZID: that of the IANA zone that it names, or the one that the file describes.
   * @throws CalendarError when it is neither
   */
  clockOf(tzid: string): WallClock {
    let clock = this.clocks.get(tzid);
    if (!clock) this.clocks.set(tzid, (clock = this.makeClock(tzid)));
    return clock;
  }

  private makeClock(tzid: string): WallClock {
    const component = this.components.get(tzid);
    // Some programs write a path in front: /example.org/20260101/Europe/Berlin.
    const names = [
      tzid,
      component ? textOf(component, 'x-lic-location') : '',
      tzid.split('/').slice(-2).join('/'),
    ];
    const known = names.find(isTimeZone);
    if (known !== undefined) return LocalClock.in(known);
    if (!component) throw new CalendarError('a time zone of the IANA database or of the file', tzid);
    return described(component);
  }
}

function textOf(component: Component, name: string): string {
  const value = component.getFirstPropertyValue(name);
  return typeof value === 'string' ? value : '';
}

function described(zone: Component): WallClock {
  const observances = ['standard', 'daylight'].flatMap((kind) =>
    zone.getAllSubcomponents(kind).map(observanceOf),
  );
  const earliest = observances.reduce<Observance | undefined>(
    (first, one) => (first && first.start <= one.start ? first : one),
    undefined,
  );
  if (!earliest) throw new CalendarError('a VTIMEZONE with STANDARD or DAYLIGHT', textOf(zone, 'tzid'));
  return new LocalClock((time) => {
    let latest = -Infinity;
    let offset = earliest.before;
    for (const one of observances) {
      const onset = lastOnset(one, time);
      if (onset > latest) [latest, offset] = [onset, one.after];
    }
    return offset;
  });
}

function observanceOf(component: Component): Observance {
  const start = wallOf(component.getFirstPropertyValue('dtstart') as Time);
  const before = offsetOf(component, 'tzoffsetfrom');
  const rules = component.getAllProperties('rrule').map((each) => each.getFirstValue() as Recur);
  return {
    start,
    before,
    after: offsetOf(component, 'tzoffsetto'),
    // UNTIL is in UTC, to be read by the clock before the change.
    repetitions: rules.map((rule) => repetitionOf(rule, start, new LocalClock(() => before))),
    listed: component
      .getAllProperties('rdate')
      .flatMap((each) => each.getValues() as Time[])
      .map(wallOf),
  };
}

/** When the change came last, milliseconds since the epoch; -Infinity before the first time. */
function lastOnset({ start, repetitions, listed, before }: Observance, time: number): number {
  const now = time + before;
  const walls = [start, ...listed, ...repetitions.map((each) => lastRepetition(each, start, now))];
  return Math.max(...walls.filter((wall) => wall <= now)) - before;
}

function lastRepetition({ rule, times, until }: Repetition, start: number, now: number): number {
  const limit = Math.min(now, until);
  const last = dayAt(limit);
  for (let day = last; day >= Math.max(rule.first, last - mostDays); day--) {
    if (!fallsOn(rule, day)) continue;
    const wall = times(day).findLast((each) => day * dayLength + each <= limit);
    if (wall !== undefined) return Math.max(start, day * dayLength + wall);
  }
  return start;
}

function offsetOf(component: Component, name: string): number {
  const offset = component.getFirstPropertyValue(name) as { toSeconds(): number };
  return offset.toSeconds() * 1000;
}
