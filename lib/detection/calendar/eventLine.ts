import { CalendarError } from './CalendarError';
import type { CalendarEvent, Effect } from './Calendar';
import { scheduleIn } from './lineSchedule';
import { LineWords } from './LineWords';
import { LocalClock } from './LocalClock';

/** What a line says besides when: for whom, what then, and by which clock. */
export interface Clauses {
  readonly keys: readonly string[];
  readonly measures: readonly string[];
  readonly effect: Effect;
  readonly timeZone: string | undefined;
  /** all other words */
  readonly name: string;
}

/**
 * Reads an event from a line:
 *
 *     daily 06:00 for 20m                        weekdays 08:00-18:00
 *     weekly mon,wed 06:00-06:30                 weekly fri 18:00 to mon 06:00
 *     monthly 1 02:00 for 3h                     monthly 2nd tue
 *     yearly 12-24 to 12-26                      yearly 12-31 18:00 to 01-01 06:00
 *     2026-11-27 to 2026-11-30 Black Friday      2026-11-27 08:00 for 12h
 *
 * The last day of a stretch of days is part of it, and a time of day that is no later than the one before it is one of
 * the next day. Behind that, in any order: `in Europe/Berlin` for the clock that it goes by, `key web-*,api` for the
 * series that it concerns, `measure orders` for their measures, `raise x3` or `raise +20` to raise the limit instead of
 * holding alarms back, and the name.
 * Words in double quotes are one word, and part of the name where none of these is expected.
 * @param timeZone of events that name none
 * @throws CalendarError saying what was expected where
 */
export function parseEventLine(line: string, timeZone: string): CalendarEvent {
  // Which clock the times go by stands behind them.
  const { name, timeZone: own, ...clauses } = clausesBehindTimes(line);
  const schedule = scheduleIn(new LineWords(line), LocalClock.in(own ?? timeZone));
  return { name: name || line.trim(), ...clauses, schedule };
}

function clausesBehindTimes(line: string): Clauses {
  const words = new LineWords(line);
  scheduleIn(words, LocalClock.in('UTC'));
  return clausesIn(words);
}

/** @throws CalendarError saying what was expected */
export function clausesIn(words: LineWords): Clauses {
  const name: string[] = [];
  let keys: readonly string[] = [];
  let measures: readonly string[] = [];
  let effect: Effect = { kind: 'hold' };
  let timeZone: string | undefined;
  while (!words.ended) {
    if (words.match(/^in$/)) timeZone = zoneIn(words);
    else if (words.match(/^key$/)) keys = patternsIn(words, 'a key such as web-*');
    else if (words.match(/^measure$/)) measures = patternsIn(words, 'a measure such as orders');
    else if (words.match(/^raise$/)) effect = raiseIn(words);
    else name.push(words.take('a name'));
  }
  return { name: name.join(' '), keys, measures, effect, timeZone };
}

function zoneIn(words: LineWords): string {
  const expected = 'a time zone such as Europe/Berlin (or a name in double quotes)';
  const zone = words.take(expected);
  if (!isTimeZone(zone)) throw new CalendarError(expected, zone);
  return zone;
}

/** Whether there is such a zone in the IANA database, and no mere distance from UTC. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function patternsIn(words: LineWords, expected: string): readonly string[] {
  const patterns = words
    .take(expected)
    .split(',')
    .filter((pattern) => pattern !== '');
  return patterns.length > 0 ? patterns : words.refuse(expected);
}

function raiseIn(words: LineWords): Effect {
  const seen = words.next;
  const expected = 'how much the limit is raised, such as x3 or +20';
  const [, sign, number] = words.require(/^(x|\+)(\d{1,6}(?:\.\d+)?)$/, expected);
  const value = Number(number);
  if (sign === '+') return { kind: 'raise', factor: 1, amount: value };
  if (value < 1) throw new CalendarError('a factor of 1 or more', seen);
  return { kind: 'raise', factor: value, amount: 0 };
}
