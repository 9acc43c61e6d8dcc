import type { CalendarEvent } from './Calendar';
import { CalendarError } from './CalendarError';
import { dayAt, dayLength } from './days';
import { clausesIn, type Clauses } from './eventLine';
import { repetitionOf } from './icalRule';
import { clockOfTime, lengthOf, wallOf, type ClockOf, type NominalDuration } from './icalTime';
import { LineWords } from './LineWords';
import type { WallClock } from './LocalClock';
import { after, Listed, Recurring, type Ending, type Schedule } from './Schedule';
import type { Component, Duration, Period, Property, Recur, Time } from './vendor/ical';

export interface Context {
  readonly clockOf: ClockOf;
  /** of times that are in no zone */
  readonly own: WallClock;
}

const mostDays = 366;

/** The one occurrence of a recurring event that a component tells otherwise; milliseconds since the epoch. */
export function overridden(
  component: Component,
  context: Context,
): { readonly uid: string; readonly time: number } | undefined {
  const id = component.getFirstProperty('recurrence-id');
  if (!id) return undefined;
  if (id.getFirstParameter('range')) {
    throw new CalendarError('a change of one occurrence', `RANGE=${id.getFirstParameter('range')}`);
  }
  return { uid: textOf(component, 'uid'), time: timeOf(id, id.getFirstValue() as Time, context) };
}

/**
 * The events that a VEVENT stands for; none when it was cancelled.
 * @param moved by UID, the occurrences that other components tell otherwise
 * @throws CalendarError, or the error of a value that cannot be read
 */
export function eventsOf(
  component: Component,
  context: Context,
  moved: ReadonlyMap<string, ReadonlySet<number>>,
): CalendarEvent[] {
  if (textOf(component, 'status').toUpperCase() === 'CANCELLED') return [];
  const start = component.getFirstProperty('dtstart');
  if (!start) throw new CalendarError('an event with DTSTART', textOf(component, 'summary'));
  const first = start.getFirstValue() as Time;
  const clock = clockOfTime(start, first, context.clockOf, context.own);
  const length = lengthFrom(component, start, first, context);
  const isOverride = component.getFirstProperty('recurrence-id');
  const others = (!isOverride && moved.get(textOf(component, 'uid'))) || undefined;
  const schedules = schedulesOf(component, wallOf(first), clock, length, context, others);
  const clauses = clausesOf(component);
  const name = textOf(component, 'summary') || textOf(component, 'uid');
  return schedules.map((schedule) => ({ name, ...clauses, schedule }));
}

function schedulesOf(
  component: Component,
  start: number,
  clock: WallClock,
  { days, milliseconds }: NominalDuration,
  context: Context,
  moved: ReadonlySet<number> | undefined,
): Schedule[] {
  const ending = after(days, milliseconds);
  const excluded = exclusions(component, clock, context);
  const takesPlace = (wall: number) => !excluded(wall) && !moved?.has(clock.timeAt(wall));
  const reach = days + Math.ceil(milliseconds / dayLength);
  const rules = component.getAllProperties('rrule').map((each) => each.getFirstValue() as Recur);
  const recurring = rules.map((rule) => {
    const { until, ...repetition } = repetitionOf(rule, start, clock);
    const inTime = (wall: number) => wall >= start && wall <= until && takesPlace(wall);
    return new Recurring({ ...repetition, ending, reach, takesPlace: inTime }, clock);
  });
  const dates = component
    .getAllProperties('rdate')
    .flatMap((property) => listed(property, clock, ending, context));
  // What a rule begins with counts even if it does not meet the rule.
  const all = [{ wall: start, end: ending(start, clock) }, ...dates].filter(({ wall }) => takesPlace(wall));
  return [...recurring, new Listed(all.map(({ wall, end }) => ({ start: clock.timeAt(wall), end })))];
}

/** What RDATE adds: further beginnings, or periods with an end of their own. */
function listed(property: Property, clock: WallClock, ending: Ending, context: Context) {
  return (property.getValues() as (Time | Period)[]).map((value) => {
    const start = 'start' in value ? value.start : value;
    const wall = clock.wallAt(timeOf(property, start, { ...context, own: clock }));
    if (!('start' in value)) return { wall, end: ending(wall, clock) };
    if (value.end) return { wall, end: timeOf(property, value.end, { ...context, own: clock }) };
    const { days, milliseconds } = lengthOf(value.duration);
    return { wall, end: after(days, milliseconds)(wall, clock) };
  });
}

function exclusions(component: Component, clock: WallClock, context: Context): (wall: number) => boolean {
  const walls = new Set<number>();
  const days = new Set<number>();
  for (const property of component.getAllProperties('exdate')) {
    for (const value of property.getValues() as Time[]) {
      if (value.isDate) days.add(dayAt(wallOf(value)));
      else walls.add(clock.wallAt(timeOf(property, value, { ...context, own: clock })));
    }
  }
  return (wall) => walls.has(wall) || days.has(dayAt(wall));
}

/** DTEND, DURATION or, without both, the whole day; a time alone takes no time. */
function lengthFrom(component: Component, start: Property, first: Time, context: Context): NominalDuration {
  const length = givenLength(component, start, first, context);
  const { days, milliseconds } = length;
  if (days < 0 || milliseconds < 0) {
    throw new CalendarError('an end that is later than the start', textOf(component, 'summary'));
  }
  if (days + milliseconds / dayLength > mostDays) {
    throw new CalendarError(`an event of at most ${mostDays} days`, textOf(component, 'summary'));
  }
  return length;
}

function givenLength(component: Component, start: Property, first: Time, context: Context): NominalDuration {
  const end = component.getFirstProperty('dtend');
  const last = end?.getFirstValue() as Time | undefined;
  if (end && last && first.isDate) {
    // Some programs write the day itself for the end of a whole day.
    return { days: dayAt(wallOf(last)) - dayAt(wallOf(first)) || 1, milliseconds: 0 };
  }
  // An event with an end takes as long each time, whatever clocks do meanwhile (RFC 5545, 3.8.5.3).
  if (end && last) {
    return { days: 0, milliseconds: timeOf(end, last, context) - timeOf(start, first, context) };
  }
  const duration = component.getFirstPropertyValue('duration') as Duration | null;
  return duration ? lengthOf(duration) : { days: first.isDate ? 1 : 0, milliseconds: 0 };
}

function timeOf(property: Property, time: Time, { clockOf, own }: Context): number {
  return clockOfTime(property, time, clockOf, own).timeAt(wallOf(time));
}

function clausesOf(component: Component): Omit<Clauses, 'name' | 'timeZone'> {
  const [, clauses = ''] = /^\s*streamcut:(.*)$/im.exec(textOf(component, 'description')) ?? [];
  const words = new LineWords(clauses);
  const { name, timeZone, ...read } = clausesIn(words);
  if (name || timeZone) throw new CalendarError('key, measure or raise after streamcut:', clauses.trim());
  return read;
}

function textOf(component: Component, name: string): string {
  const value = component.getFirstPropertyValue(name);
  return typeof value === 'string' ? value : '';
}
