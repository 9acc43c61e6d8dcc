import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dayLength, dayOf } from '../../../../lib/detection/calendar/days';
import { fallsOn } from '../../../../lib/detection/calendar/DayRule';
import { repetitionOf } from '../../../../lib/detection/calendar/icalRule';
import { LocalClock } from '../../../../lib/detection/calendar/LocalClock';
import { ical } from '../../../../lib/detection/calendar/vendor/load';
import type { Recur, Time } from '../../../../lib/detection/calendar/vendor/ical';

const utc = LocalClock.in('UTC');

function ruleOf(text: string, start: string) {
  const { Component, parse } = ical();
  const lines = [`DTSTART:${start.replace(/[-:]/g, '')}`, `RRULE:${text}`];
  const event = new Component(parse(['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n')) as unknown[]);
  const recur = event.getFirstPropertyValue('rrule') as Recur;
  return { recur, first: event.getFirstPropertyValue('dtstart') as Time };
}

/** When it begins, up to but without `end`, as ical.js has it. */
function byIcalJs(text: string, start: string, end: number): string[] {
  const { recur, first } = ruleOf(text, start);
  const iterator = recur.iterator(first);
  const found: string[] = [];
  for (let next = iterator.next() as Time | null; next && next.year < end; next = iterator.next()) {
    found.push(next.toString());
  }
  return found;
}

function byDays(text: string, start: string, end: number): string[] {
  const wall = Date.parse(`${start}Z`);
  const { rule, times, until } = repetitionOf(ruleOf(text, start).recur, wall, utc);
  const found: string[] = [];
  for (let day = Math.floor(wall / dayLength); day < dayOf(end, 1, 1); day++) {
    if (!fallsOn(rule, day)) continue;
    for (const time of times(day)) {
      const at = day * dayLength + time;
      if (at >= wall && at <= until) found.push(new Date(at).toISOString().slice(0, 19));
    }
  }
  return found;
}

/** A time that the rule really gives: what it means for any other is left open. */
function laterStart(text: string, start: string): string {
  const { recur, first } = ruleOf(text.replace(/;(COUNT|UNTIL)=\w+/, ''), start);
  const iterator = recur.iterator(first);
  iterator.next();
  return iterator.next().toString();
}

describe('the days of a recurrence rule', () => {
  const rules = [
    ...['FREQ=DAILY', 'FREQ=DAILY;INTERVAL=3', 'FREQ=DAILY;COUNT=10', 'FREQ=DAILY;BYMONTH=2,11;BYDAY=MO,FR'],
    ...['FREQ=DAILY;BYMONTHDAY=13;BYDAY=FR', 'FREQ=DAILY;BYHOUR=6,18;BYMINUTE=0,30'],
    ...[
      'FREQ=WEEKLY',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU',
    ],
    ...['FREQ=WEEKLY;BYDAY=MO,WE;COUNT=7', 'FREQ=WEEKLY;BYMONTH=1;BYDAY=SA'],
    ...[
      'FREQ=MONTHLY',
      'FREQ=MONTHLY;BYMONTHDAY=-1',
      'FREQ=MONTHLY;BYMONTHDAY=31',
      'FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=2,15',
    ],
    ...[
      'FREQ=MONTHLY;BYDAY=2TU',
      'FREQ=MONTHLY;BYDAY=-1FR',
      'FREQ=MONTHLY;BYDAY=1SU,-1SU',
      'FREQ=MONTHLY;BYDAY=MO',
    ],
    ...['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=2;COUNT=9'],
    ...['FREQ=YEARLY', 'FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', 'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU'],
    ...[
      'FREQ=YEARLY;BYYEARDAY=1,100,-1',
      'FREQ=YEARLY;BYMONTH=6,7;BYMONTHDAY=1',
      'FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=TU',
    ],
    ...['FREQ=YEARLY;UNTIL=20301231T000000'],
    ...[
      'FREQ=HOURLY;INTERVAL=6;COUNT=300',
      'FREQ=HOURLY;INTERVAL=5;UNTIL=20280301T120000',
      'FREQ=HOURLY;BYHOUR=9,10;UNTIL=20280301T120000',
    ],
  ];
  for (const rule of rules) {
    it(`are those that ical.js steps through: ${rule}`, () => {
      for (const around of ['2026-01-05T09:15:00', '2027-11-30T09:15:00']) {
        const start = laterStart(rule, around);
        const theirs = byIcalJs(rule, start, 2033);
        assert.deepEqual(byDays(rule, start, 2033), theirs);
        assert.ok(theirs.length > 1, 'a rule that shows something');
      }
    });
  }

  it('are those that ical.js steps through for rules made at random', () => {
    const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
    const monthly = fc.oneof(
      fc.integer({ min: 1, max: 28 }).map((date) => `BYMONTHDAY=${date},-${date}`),
      fc.tuple(fc.integer({ min: -4, max: 4 }), weekday).map(([nth, day]) => `BYDAY=${nth || ''}${day}`),
    );
    const rule = fc
      .tuple(fc.integer({ min: 1, max: 7 }), monthly)
      .map(([interval, rest]) => `FREQ=MONTHLY;INTERVAL=${interval};${rest}`);
    const start = fc.integer({ min: 0, max: 700 }).map((day) => {
      return new Date(Date.UTC(2026, 0, 1 + day, 6)).toISOString().slice(0, 19);
    });
    fc.assert(
      fc.property(rule, start, (rule, around) => {
        const start = laterStart(rule, around);
        assert.deepEqual(byDays(rule, start, 2032), byIcalJs(rule, start, 2032));
      }),
      { numRuns: 60 },
    );
  });

  it('are those of the examples of RFC 5545 where ical.js is of another opinion', () => {
    const nineAm = (...days: string[]) => days.map((day) => `${day}T09:00:00`);
    const from1997 = (rule: string, start: string) => byDays(rule, `${start}T09:00:00`, 2000);
    assert.deepEqual(
      from1997('FREQ=YEARLY;BYDAY=20MO', '1997-05-19'),
      nineAm('1997-05-19', '1998-05-18', '1999-05-17'),
    );
    assert.deepEqual(
      from1997('FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', '1997-05-12'),
      nineAm('1997-05-12', '1998-05-11', '1999-05-17'),
    );
  });

  it('are none, and soon, for a day that never comes', () => {
    for (const freq of ['DAILY', 'MONTHLY', 'YEARLY']) {
      assert.deepEqual(byDays(`FREQ=${freq};BYMONTH=2;BYMONTHDAY=30`, '2026-01-05T09:15:00', 2100), []);
    }
  });
});
