import assert from 'node:assert/strict';
import { Calendar } from '../../../../lib/detection/calendar/Calendar';
import { parseICalendar } from '../../../../lib/detection/calendar/iCalendar';

const file = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR'].join('\r\n');
const event = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:1', 'SUMMARY:Sale', ...lines, 'END:VEVENT'];

/** Which of the times, in UTC without the Z, lie within an event of the file. */
function within(lines: readonly string[], times: readonly string[], timeZone = 'Europe/Berlin'): string[] {
  const calendar = new Calendar(parseICalendar(file(...lines), timeZone));
  return times.filter((time) => calendar.at(Date.parse(`${time}Z`), 'any'));
}

/** Asserts that one event begins and another one ends exactly there, in UTC without the Z. */
function lasts(lines: readonly string[], start: string, end: string, timeZone = 'Europe/Berlin'): void {
  const calendar = new Calendar(parseICalendar(file(...lines), timeZone));
  const [from, to] = [Date.parse(`${start}Z`), Date.parse(`${end}Z`)];
  assert.deepEqual(
    [from - 1, from, to - 1, to].map((time) => calendar.at(time, 'any')?.name),
    [undefined, 'Sale', 'Sale', undefined],
    lines.join(' '),
  );
}

describe('an iCalendar file', () => {
  it('tells once what has a start and an end, or a duration', () => {
    lasts(
      event('DTSTART:20261127T080000Z', 'DTEND:20261127T200000Z'),
      '2026-11-27T08:00',
      '2026-11-27T20:00',
    );
    lasts(event('DTSTART:20261127T080000Z', 'DURATION:P1DT2H'), '2026-11-27T08:00', '2026-11-28T10:00');
    lasts(event('DTSTART:20261127T080000', 'DURATION:PT30M'), '2026-11-27T07:00', '2026-11-27T07:30');
  });

  it('tells whole days by the clock of whoever reads it', () => {
    lasts(
      event('DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227'),
      '2026-12-23T23:00',
      '2026-12-26T23:00',
    );
    lasts(event('DTSTART;VALUE=DATE:20261224'), '2026-12-23T23:00', '2026-12-24T23:00');
    lasts(
      event('DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261224'),
      '2026-12-23T23:00',
      '2026-12-24T23:00',
    );
    lasts(event('DTSTART;VALUE=DATE:20260329', 'RRULE:FREQ=YEARLY'), '2026-03-28T23:00', '2026-03-29T22:00');
  });

  it('repeats by the clock of a zone, summer and winter', () => {
    const nightly = event(
      'DTSTART;TZID=America/New_York:20260101T060000',
      'DURATION:PT20M',
      'RRULE:FREQ=DAILY',
    );
    lasts(nightly, '2026-02-01T11:00', '2026-02-01T11:20');
    lasts(nightly, '2031-07-01T10:00', '2031-07-01T10:20');
  });

  it('takes as long with a DTEND whatever clocks do meanwhile, and as many days with a DURATION', () => {
    const start = 'DTSTART;TZID=Europe/Berlin:20260328T220000';
    lasts(event(start, 'DTEND;TZID=Europe/Berlin:20260329T060000'), '2026-03-28T21:00', '2026-03-29T04:00');
    lasts(event(start, 'DURATION:P1D', 'RRULE:FREQ=YEARLY'), '2026-03-28T21:00', '2026-03-29T20:00');
    const nights = event(
      'DTSTART;TZID=Europe/Berlin:20260301T220000',
      'DTEND;TZID=Europe/Berlin:20260302T060000',
      'RRULE:FREQ=DAILY',
    );
    lasts(nights, '2026-03-28T21:00', '2026-03-29T05:00');
  });

  it('ends a rule by COUNT, with the first, or by UNTIL, to the second', () => {
    const at = ['2026-01-04', '2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08'].map(
      (day) => `${day}T06:00`,
    );
    const daily = (rule: string) => within(event('DTSTART:20260105T060000Z', 'DURATION:PT1H', rule), at);
    assert.deepEqual(daily('RRULE:FREQ=DAILY;COUNT=2'), at.slice(1, 3));
    assert.deepEqual(daily('RRULE:FREQ=DAILY;UNTIL=20260107T060000Z'), at.slice(1, 4));
    assert.deepEqual(daily('RRULE:FREQ=DAILY;UNTIL=20260107T055959Z'), at.slice(1, 3));
    assert.deepEqual(daily('RRULE:FREQ=DAILY;UNTIL=20260106'), at.slice(1, 3));
  });

  it('reads UNTIL in UTC for an event in a zone', () => {
    const start = 'DTSTART;TZID=America/New_York:20260105T200000';
    const times = ['2026-01-07T01:00', '2026-01-08T01:00'];
    const until = (time: string) =>
      within(event(start, 'DURATION:PT1H', `RRULE:FREQ=DAILY;UNTIL=${time}`), times);
    assert.deepEqual(until('20260108T010000Z'), times);
    assert.deepEqual(until('20260108T005959Z'), times.slice(0, 1));
  });

  it('counts what a rule begins with though it does not meet the rule', () => {
    const lines = event('DTSTART:20260105T060000Z', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2');
    const days = ['2026-01-05', '2026-01-06', '2026-01-13'].map((day) => `${day}T06:30`);
    assert.deepEqual(within(lines, days), days.slice(0, 2));
  });

  it('leaves out EXDATE and adds RDATE, in whatever zone they are written', () => {
    const lines = event(
      'DTSTART;TZID=Europe/Berlin:20260105T060000',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY;COUNT=4',
      'EXDATE:20260106T050000Z',
      'EXDATE;TZID=America/New_York:20260107T000000',
      'RDATE;TZID=Europe/Berlin:20260120T060000,20260121T060000',
      'RDATE;VALUE=PERIOD:20260122T050000Z/PT3H,20260123T050000Z/20260123T053000Z',
    );
    const times = ['2026-01-05T05:30', '2026-01-06T05:30', '2026-01-07T05:30', '2026-01-08T05:30'];
    assert.deepEqual(within(lines, times), [times[0], times[3]]);
    lasts(lines, '2026-01-21T05:00', '2026-01-21T06:00');
    lasts(lines, '2026-01-22T05:00', '2026-01-22T08:00');
    lasts(lines, '2026-01-23T05:00', '2026-01-23T05:30');
  });

  it('leaves out a whole day by an EXDATE without a time', () => {
    const lines = event(
      'DTSTART:20260105T060000Z',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY',
      'EXDATE;VALUE=DATE:20260106',
    );
    assert.deepEqual(within(lines, ['2026-01-06T06:30', '2026-01-07T06:30']), ['2026-01-07T06:30']);
  });

  it('follows an occurrence that was moved, and leaves out one that was cancelled', () => {
    const lines = [
      ...event('DTSTART;TZID=Europe/Berlin:20260105T060000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'),
      ...event(
        'RECURRENCE-ID;TZID=Europe/Berlin:20260106T060000',
        'DTSTART:20260106T150000Z',
        'DURATION:PT2H',
      ),
      ...event(
        'RECURRENCE-ID:20260107T050000Z',
        'DTSTART:20260107T050000Z',
        'DURATION:PT1H',
        'STATUS:CANCELLED',
      ),
    ];
    const times = ['2026-01-06T05:30', '2026-01-06T16:30', '2026-01-07T05:30', '2026-01-08T05:30'];
    assert.deepEqual(within(lines, times), ['2026-01-06T16:30', '2026-01-08T05:30']);
    assert.deepEqual(
      within(event('DTSTART:20260105T060000Z', 'DURATION:PT1H', 'STATUS:CANCELLED'), ['2026-01-05T06:30']),
      [],
    );
  });

  const windowsZone = [
    'BEGIN:VTIMEZONE',
    'TZID:Customized Time',
    'BEGIN:STANDARD',
    'DTSTART:16010101T030000',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100',
    'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
    'END:STANDARD',
    'BEGIN:DAYLIGHT',
    'DTSTART:16010101T020000',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0200',
    'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
    'END:DAYLIGHT',
    'END:VTIMEZONE',
  ];

  it('goes by the zone that the file describes when nobody else knows it, also far from now', () => {
    const lines = [
      ...windowsZone,
      ...event('DTSTART;TZID=Customized Time:20200101T060000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'),
    ];
    for (const [start, end] of [
      ['2026-01-10T05:00', '2026-01-10T06:00'],
      ['2026-03-28T05:00', '2026-03-28T06:00'],
      ['2026-03-29T04:00', '2026-03-29T05:00'],
      ['2026-10-24T04:00', '2026-10-24T05:00'],
      ['2026-10-25T05:00', '2026-10-25T06:00'],
      ['2058-07-10T04:00', '2058-07-10T05:00'],
    ] as const) {
      lasts(lines, start, end, 'UTC');
    }
  });

  it('finds the zone behind a path and under the name that a program gave it', () => {
    const starting = (tzid: string) => event(`DTSTART;TZID=${tzid}:20260701T060000`, 'DURATION:PT1H');
    lasts(starting('/example.org/2026/Europe/Berlin'), '2026-07-01T04:00', '2026-07-01T05:00', 'UTC');
    const named = ['BEGIN:VTIMEZONE', 'TZID:Mine', 'X-LIC-LOCATION:Asia/Tokyo', 'END:VTIMEZONE'];
    lasts([...named, ...starting('Mine')], '2026-06-30T21:00', '2026-06-30T22:00', 'UTC');
  });

  it('says in the description for whom an event is and what it does', () => {
    const lines = event(
      'DTSTART:20260105T060000Z',
      'DURATION:PT1H',
      'DESCRIPTION:Be quick.\\nstreamcut: key web-* measure orders raise x2\\nEnd',
    );
    const calendar = new Calendar(parseICalendar(file(...lines), 'UTC'));
    const time = Date.parse('2026-01-05T06:30Z');
    const held = calendar.at(time, 'web-1', time, 'orders');
    assert.deepEqual(held, { name: 'Sale', kind: 'raise', factor: 2, amount: 0 });
    assert.equal(calendar.at(time, 'db-1', time, 'orders'), undefined);
    assert.equal(calendar.at(time, 'web-1', time, 'latency'), undefined);
  });

  it('may be folded, have bare line feeds, a byte order mark, and several calendars', () => {
    const long = event('DTSTART:20260105T060000Z', 'DURATION:PT1H', 'DESCRIPTION:a', ' b:c', '\td');
    const text = `\uFEFF${file(...long)}\r\n${file(...event('DTSTART:20270105T060000Z', 'DURATION:PT1H'))}\r\n`;
    for (const each of [text, text.replace(/\r/g, '')]) {
      const calendar = new Calendar(parseICalendar(each, 'UTC'));
      for (const year of [2026, 2027]) assert.ok(calendar.at(Date.parse(`${year}-01-05T06:30Z`), ''));
    }
  });

  const rule = (text: string) => file(...event('DTSTART:20260105T060000Z', 'DURATION:PT1H', `RRULE:${text}`));
  const mistakes: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    ['no calendar', 'hello', /^line 1: must be BEGIN:VCALENDAR, got "hello"$/],
    ['nothing', '', /^line 1: must be END:VCALENDAR, got the end of the line$/],
    [
      'a cut file',
      file('BEGIN:VEVENT').replace(/\r\nEND:VCALENDAR/, ''),
      /^line 3: must be END:VEVENT, got the end/,
    ],
    ['a line that is none', file('SUMMARY'), /^line 3: must be a line such as SUMMARY:Sale, got "SUMMARY"$/],
    [
      'a wrong end',
      file('BEGIN:VEVENT', 'END:VTODO'),
      /^line 4: must be the end of what was begun last, got "END:VTODO"$/,
    ],
    ...[
      ['the thirteenth month', 'DTSTART;VALUE=DATE:20261301', '2026-13-01'],
      ['the 30th of February', 'DTSTART:20260228T080000Z', 'DTEND:20260230T080000Z', '2026-02-30T08:00:00Z'],
      ['the 25th hour', 'DTSTART:20260228T250000', '2026-02-28T25:00:00'],
      [
        'a further day that is none',
        'DTSTART;VALUE=DATE:20260228',
        'RDATE;VALUE=DATE:20260301,20260432',
        '2026-04-32',
      ],
      [
        'a period that ends at no time',
        'DTSTART:20260228T080000Z',
        'RDATE;VALUE=PERIOD:20260301T000000Z/20260300T000000Z',
        '2026-03-00T00:00:00Z',
      ],
      [
        'a rule that ends at no time',
        'DTSTART;VALUE=DATE:20260228',
        'RRULE:FREQ=DAILY;UNTIL=20261401',
        '2026-14-01',
      ],
      ['an exception at no time', 'DTSTART;VALUE=DATE:20260228', 'EXDATE;VALUE=DATE:20260631', '2026-06-31'],
    ].map(([what, ...lines]): [string, string, RegExp] => [
      what!,
      file(...event(...lines.slice(0, -1))),
      new RegExp(`^line 3: must be a date and a time that there are, got "${lines.at(-1)}"$`),
    ]),
    ['no start', file(...event()), /^line 3: must be an event with DTSTART, got "Sale"$/],
    [
      'a start that is no time',
      file(...event('DTSTART:soon')),
      /^line 3: must be as RFC 5545 has it \(.*\), got "Sale"$/,
    ],
    [
      'an end before the start',
      file(...event('DTSTART:20260105T060000Z', 'DTEND:20260105T050000Z')),
      /^line 3: must be an end that is later than the start, got "Sale"$/,
    ],
    [
      'an event of years',
      file(...event('DTSTART:20260105T060000Z', 'DTEND:20290105T050000Z')),
      /^line 3: must be an event of at most 366 days, got "Sale"$/,
    ],
    [
      'an unknown zone',
      file(...event('DTSTART;TZID=Home:20260105T060000')),
      /^line 3: must be a time zone of the IANA database or of the file, got "Home"$/,
    ],
    [
      'an event every second',
      rule('FREQ=SECONDLY'),
      /^line 3: must be a rule that comes at most every hour, got "FREQ=SECONDLY"$/,
    ],
    [
      'an event every minute',
      rule('FREQ=DAILY;BYHOUR=1,2;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12'),
      /^line 3: must be a rule that comes at most 24 times a day, got/,
    ],
    [
      'a frequency that is none',
      rule('FREQ=BANANA'),
      /^line 3: must be as RFC 5545 has it \(invalid frequency .*\), got/,
    ],
    [
      'an unknown word for streamcut',
      file(...event('DTSTART:20260105T060000Z', 'DESCRIPTION:streamcut: silence')),
      /^line 3: must be key, measure or raise after streamcut:, got "silence"$/,
    ],
    [
      'a change of all that follow',
      file(...event('RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T060000Z', 'DTSTART:20260105T060000Z')),
      /^line 3: must be a change of one occurrence, got "RANGE=THISANDFUTURE"$/,
    ],
  ];
  for (const [what, text, message] of mistakes) {
    it(`is refused with its line: ${what}`, () => {
      assert.throws(() => parseICalendar(text, 'UTC'), { name: 'CalendarError', message });
    });
  }

  it('names the line at which the wrong one of several events begins', () => {
    const good = event('DTSTART:20260105T060000Z');
    assert.throws(() => parseICalendar(file(...good, ...good, ...event()), 'UTC'), { message: /^line 13: / });
  });

  it('is answered at once however long a rule has been going on', () => {
    const calendar = new Calendar(parseICalendar(rule('FREQ=HOURLY'), 'UTC'));
    assert.ok(calendar.at(Date.parse('+150000-01-05T06:30Z'), ''));
  });
});
