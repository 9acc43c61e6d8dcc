import type { CalendarEvent } from './Calendar';
import { CalendarError } from './CalendarError';
import { eventTextsOf, type EventText } from './contentLines';
import { refuseImpossibleDates } from './icalDates';
import { eventsOf, overridden } from './icalEvent';
import { ICalendarZones } from './ICalendarZones';
import type { Component } from './vendor/ical';
import { ical } from './vendor/load';

/** Larger files would hold up the flow while they are read. */
const mostCharacters = 10_000_000;

/**
 * Reads the events of an iCalendar text (RFC 5545): with RRULE, RDATE, EXDATE, moved and cancelled occurrences, whole days
 * and time zones. A line `streamcut: key web-* raise x2` in an event's description says for which series it is and what it
 * does, with the words of parseEventLine; otherwise it holds back the alarms of all series.
 * @param timeZone of times that are in no zone, and of whole days
 * @throws CalendarError naming the line of what cannot be read
 */
export function parseICalendar(text: string, timeZone: string): CalendarEvent[] {
  if (text.length > mostCharacters) {
    throw new CalendarError(`at most ${mostCharacters} characters`, `${text.length} characters`);
  }
  const content = text.replace(/^\uFEFF/, '');
  const texts = eventTextsOf(content);
  return calendarsIn(content, texts).flatMap((calendar) => {
    const zones = new ICalendarZones(calendar);
    const components = calendar.getAllSubcomponents('vevent');
    const lineOf = new Map(components.map((component) => [component, texts.shift()?.line]));
    const attempt = <T>(component: Component, read: () => T) =>
      readAt(`line ${lineOf.get(component)}`, String(component.getFirstPropertyValue('summary') ?? ''), read);
    const context = { clockOf: (tzid: string) => zones.clockOf(tzid), own: zones.clockOf(timeZone) };
    const moved = new Map<string, Set<number>>();
    for (const component of components) {
      attempt(component, () => {
        refuseImpossibleDates(component);
        const occurrence = overridden(component, context);
        if (!occurrence) return;
        const { uid, time } = occurrence;
        moved.set(uid, (moved.get(uid) ?? new Set()).add(time));
      });
    }
    return components.flatMap((component) => attempt(component, () => eventsOf(component, context, moved)));
  });
}

function calendarsIn(text: string, events: readonly EventText[]): Component[] {
  const { Component, parse } = ical();
  const attempt = (part: string) => parse(part) as unknown[];
  let parsed: unknown[];
  try {
    parsed = attempt(text);
  } catch (error) {
    // The library does not say where; the event that it cannot read alone is it.
    for (const event of events) readAt(`line ${event.line}`, '', () => attempt(event.text));
    throw unreadable(error, '', '');
  }
  // One calendar is its name and content, several are a list of such.
  const all = typeof parsed[0] === 'string' ? [parsed] : (parsed as unknown[][]);
  return all.map((each) => new Component(each));
}

/** Whatever is wrong with an event is said with its line and name. */
function readAt<T>(place: string, name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof CalendarError ? error.within(place) : unreadable(error, name, place);
  }
}

function unreadable(error: unknown, name: string, place: string): CalendarError {
  const reason = error instanceof Error ? error.message : String(error);
  return new CalendarError(`as RFC 5545 has it (${reason})`, name, place);
}
