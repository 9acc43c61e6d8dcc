import assert from 'node:assert/strict';
import { Calendar } from '../../../../lib/detection/calendar/Calendar';
import { parseEventLine } from '../../../../lib/detection/calendar/eventLine';
import { parseEventLines } from '../../../../lib/detection/calendar/eventLines';

const berlin = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);

/** Which of the times, in UTC without the Z, lie within the event of a line. */
function within(line: string, times: readonly string[], timeZone = 'UTC'): string[] {
  const calendar = new Calendar([parseEventLine(line, timeZone)]);
  return times.filter((time) => calendar.at(at(`${time}Z`), 'any'));
}

/** Asserts that the event begins and ends exactly there, in UTC without the Z. */
function lasts(line: string, start: string, end: string, timeZone = 'UTC'): void {
  const calendar = new Calendar([parseEventLine(line, timeZone)]);
  const around = [at(`${start}Z`) - 1, at(`${start}Z`), at(`${end}Z`) - 1, at(`${end}Z`)];
  assert.deepEqual(
    around.map((time) => calendar.at(time, 'any') !== undefined),
    [false, true, true, false],
    line,
  );
}

describe('an event line', () => {
  it('declares what happens every day in a few words', () => {
    lasts('daily 06:00 for 20m', '2026-03-05T06:00', '2026-03-05T06:20');
    lasts('daily 06:00-06:20', '2026-03-06T06:00', '2026-03-06T06:20');
    lasts('daily 6:00 to 6:20 the nightly job', '2026-03-06T06:00', '2026-03-06T06:20');
  });

  it('goes on past midnight when its end is earlier in the day than its start', () => {
    lasts('daily 22:00-02:00', '2026-02-28T22:00', '2026-03-01T02:00');
    lasts('daily 23:30 for 1h', '2026-12-31T23:30', '2027-01-01T00:30');
    lasts('daily 18:00-24:00', '2026-02-28T18:00', '2026-03-01T00:00');
  });

  it('tells weekdays apart', () => {
    // 2026-03-02 is a Monday.
    const noons = [2, 3, 4, 5, 6, 7, 8].map((day) => `2026-03-0${day}T12:00`);
    const days = (line: string) => within(line, noons).map((noon) => Number(noon.slice(9, 10)));
    assert.deepEqual(days('weekdays'), [2, 3, 4, 5, 6]);
    assert.deepEqual(days('weekends'), [7, 8]);
    assert.deepEqual(days('weekly mon,Thursday'), [2, 5]);
    assert.deepEqual(days('weekly sat-mon 11:00-13:00'), [2, 7, 8]);
    assert.deepEqual(days('weekly tue 13:00-14:00'), []);
  });

  it('stretches from one weekday to another', () => {
    lasts('weekly fri 18:00 to mon 06:00', '2026-03-06T18:00', '2026-03-09T06:00');
    lasts('weekly wed to thu', '2026-03-04T00:00', '2026-03-06T00:00');
    lasts('weekly sun 22:00 to sun 23:00', '2026-03-08T22:00', '2026-03-08T23:00');
  });

  it('knows the days of a month', () => {
    lasts('monthly 1 02:00 for 3h', '2026-04-01T02:00', '2026-04-01T05:00');
    lasts('monthly last', '2028-02-29T00:00', '2028-03-01T00:00');
    lasts('monthly 2nd tue 20:00-22:00', '2026-03-10T20:00', '2026-03-10T22:00');
    lasts('monthly last fri for 3d', '2026-03-27T00:00', '2026-03-30T00:00');
    assert.deepEqual(within('monthly 1,15', ['2026-05-01T09:00', '2026-05-15T09:00', '2026-05-16T09:00']), [
      '2026-05-01T09:00',
      '2026-05-15T09:00',
    ]);
    assert.deepEqual(within('monthly 31', ['2026-04-30T12:00', '2026-05-01T12:00']), []);
  });

  it('comes every year, and over the turn of the year', () => {
    lasts('yearly 12-24 to 12-26', '2031-12-24T00:00', '2031-12-27T00:00');
    lasts('yearly 12-31 18:00 to 01-01 06:00', '1999-12-31T18:00', '2000-01-01T06:00');
    lasts('yearly 12-27 18:00 to 12-26 06:00', '2026-12-27T18:00', '2027-12-26T06:00');
    assert.deepEqual(within('yearly 06-01 18:00 to 06-01 06:00', ['2026-05-31T12:00', '2026-06-01T12:00']), [
      '2026-05-31T12:00',
    ]);
    lasts('yearly 10-03', '2026-10-03T00:00', '2026-10-04T00:00');
    lasts('yearly 02-20 to 03-05', '2028-02-20T00:00', '2028-03-06T00:00');
    lasts('yearly 02-27 to 02-29', '2027-02-27T00:00', '2027-03-01T00:00');
    assert.deepEqual(within('yearly 02-29', ['2027-02-28T12:00', '2027-03-01T12:00', '2028-02-29T12:00']), [
      '2028-02-29T12:00',
    ]);
  });

  it('happens once on a date, whose last day is part of it', () => {
    lasts('2026-11-27 to 2026-11-30 Black Friday', '2026-11-27T00:00', '2026-12-01T00:00');
    lasts('2026-11-27', '2026-11-27T00:00', '2026-11-28T00:00');
    lasts('2026-11-27 18:00 to 2026-11-28 06:00', '2026-11-27T18:00', '2026-11-28T06:00');
    lasts('2026-11-27 18:00 for 1d12h', '2026-11-27T18:00', '2026-11-29T06:00');
    lasts('2026-11-27 18:00-20:00', '2026-11-27T18:00', '2026-11-27T20:00');
  });

  it('goes by the clock of its zone, summer and winter', () => {
    lasts('daily 06:00-06:30', '2026-01-15T05:00', '2026-01-15T05:30', berlin);
    lasts('daily 06:00-06:30', '2026-07-15T04:00', '2026-07-15T04:30', berlin);
    lasts('daily 06:00-06:30 in America/New_York', '2026-07-15T10:00', '2026-07-15T10:30', berlin);
    lasts('daily 06:00-06:30 in Asia/Kathmandu', '2026-07-15T00:15', '2026-07-15T00:45', berlin);
    lasts('yearly 12-25 in Pacific/Auckland', '2026-12-24T11:00', '2026-12-25T11:00');
  });

  it('keeps its hours on the days that clocks are set forward and back', () => {
    // Berlin: 2026-03-29 02:00 becomes 03:00, 2026-10-25 03:00 becomes 02:00.
    lasts('daily 02:30 for 20m', '2026-03-29T01:30', '2026-03-29T01:50', berlin);
    lasts('daily 02:30 for 20m', '2026-10-25T00:30', '2026-10-25T00:50', berlin);
    lasts('daily 22:00-06:00', '2026-03-28T21:00', '2026-03-29T04:00', berlin);
    lasts('daily 22:00-06:00', '2026-10-24T20:00', '2026-10-25T05:00', berlin);
    lasts('2026-03-29', '2026-03-28T23:00', '2026-03-29T22:00', berlin);
  });

  it('concerns the series whose key fits, or all', () => {
    const calendar = new Calendar([parseEventLine('daily key web-*,api', 'UTC')]);
    const concerned = ['web-1', 'web-', 'api', 'api-1', 'a-web-1', ''].filter((key) => calendar.at(0, key));
    assert.deepEqual(concerned, ['web-1', 'web-', 'api']);
    assert.ok(new Calendar([parseEventLine('daily', 'UTC')]).at(0, ''));
  });

  it('concerns the measures that it names, or all, and where it names some nothing without measures', () => {
    const concerned = (line: string) => {
      const calendar = new Calendar([parseEventLine(line, 'UTC')]);
      return ['orders', 'orders_b2b', 'latency', undefined].filter((one) => calendar.at(0, 'DE', 0, one));
    };
    assert.deepEqual(concerned('daily measure orders*'), ['orders', 'orders_b2b']);
    assert.deepEqual(concerned('daily measure latency,orders key D*'), ['orders', 'latency']);
    assert.deepEqual(concerned('daily measure orders key FR'), []);
    assert.deepEqual(concerned('daily'), ['orders', 'orders_b2b', 'latency', undefined]);
  });

  it('holds alarms back unless it raises the limit', () => {
    const effect = (line: string) => parseEventLine(line, 'UTC').effect;
    assert.deepEqual(effect('daily'), { kind: 'hold' });
    assert.deepEqual(effect('daily raise x2.5'), { kind: 'raise', factor: 2.5, amount: 0 });
    assert.deepEqual(effect('daily raise +20'), { kind: 'raise', factor: 1, amount: 20 });
  });

  it('is named by the words that mean nothing else, or by itself', () => {
    const name = (line: string) => parseEventLine(line, 'UTC').name;
    assert.equal(name('yearly 11-27 in Europe/Berlin Black key "a b" Friday'), 'Black Friday');
    assert.equal(name('daily 06:00 for 20m "sale in Berlin"'), 'sale in Berlin');
    assert.equal(name('2026-11-27 "24h" race'), '24h race');
    assert.equal(name('  daily 06:00 for 20m '), 'daily 06:00 for 20m');
  });

  const mistakes: readonly (readonly [line: string, message: string])[] = [
    [
      'dayly 06:00',
      'must be a date such as 2026-11-27, or daily, weekdays, weekends, weekly, monthly or yearly, got "dayly"',
    ],
    ['daily 06:00', 'must be how long, such as "for 20m" or "to 06:30", got the end of the line'],
    ['daily 06:00 Cron', 'must be how long, such as "for 20m" or "to 06:30", got "Cron"'],
    ...['at', '6', '6am', '9-17', '6:00am', '06.00'].map(
      (seen) =>
        [
          `daily ${seen} backup`,
          `must be a time of day such as 06:00 (or a name in double quotes), got "${seen}"`,
        ] as const,
    ),
    ['weekly fri to mon at 6', 'must be a time of day such as 06:00 (or a name in double quotes), got "at"'],
    ['daily 25:00-26:00', 'must be a time from 00:00 to 23:59, got "25:00"'],
    ['daily 06:00-06:60', 'must be a time from 00:00 to 24:00, got "06:60"'],
    ['daily 06:00 for long', 'must be a duration such as 20m, 1h30m or 2d, got "long"'],
    ['daily 06:00 for 0m', 'must be more than 0m and at most 366d, got "0m"'],
    ['daily for 400d', 'must be more than 0m and at most 366d, got "400d"'],
    ['weekly', 'must be weekdays such as mon, mon,wed or mon-fri, got the end of the line'],
    ['weekly 06:00-07:00', 'must be weekdays such as mon, mon,wed or mon-fri, got "06:00-07:00"'],
    ['monthly 0', 'must be a day from 1 to 31, got "0"'],
    ['monthly 2nd', 'must be a weekday after 2nd, such as tue, got the end of the line'],
    ['yearly 13-01', 'must be a month and a day that exist, such as 12-24, got "13-01"'],
    ['yearly 24.12.', 'must be a month and a day such as 12-24, got "24.12."'],
    ['2026-02-30', 'must be a date that exists, such as 2026-11-27, got "2026-02-30"'],
    ['2026-11-30 to 2026-11-27', 'must be an end that is later than the start, got "2026-11-27"'],
    [
      'daily in Berlin',
      'must be a time zone such as Europe/Berlin (or a name in double quotes), got "Berlin"',
    ],
    [
      'daily in',
      'must be a time zone such as Europe/Berlin (or a name in double quotes), got the end of the line',
    ],
    ['daily key', 'must be a key such as web-*, got the end of the line'],
    ['daily measure', 'must be a measure such as orders, got the end of the line'],
    ['daily measure ,', 'must be a measure such as orders, got the end of the line'],
    ['daily raise 3', 'must be how much the limit is raised, such as x3 or +20, got "3"'],
    ['daily raise x0.5', 'must be a factor of 1 or more, got "x0.5"'],
  ];
  for (const [line, message] of mistakes) {
    it(`says what is wrong with: ${line}`, () => {
      assert.throws(() => parseEventLine(line, 'UTC'), { name: 'CalendarError', message });
    });
  }
});

describe('a list of event lines', () => {
  it('leaves out remarks and empty lines', () => {
    const names = parseEventLines(['# holidays', '', 'yearly 12-25 Christmas'], 'UTC').map(
      ({ name }) => name,
    );
    assert.deepEqual(names, ['Christmas']);
  });

  it('names the line that cannot be read', () => {
    assert.throws(() => parseEventLines(['daily', '', 'hourly'], 'UTC'), {
      message: /^line 3: must be a date/,
    });
  });
});
