import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Calendar, raisedLimit } from '../../../../lib/detection/calendar/Calendar';
import { parseEventLines } from '../../../../lib/detection/calendar/eventLines';
import { keyPattern } from '../../../../lib/detection/calendar/keyPattern';

const calendar = (...lines: string[]) => new Calendar(parseEventLines(lines, 'UTC'));

describe('a calendar', () => {
  it('says nothing of times without an event', () => {
    assert.equal(calendar().at(0, ''), undefined);
    assert.equal(calendar('yearly 12-25').at(Date.parse('2026-12-24T12:00Z'), ''), undefined);
  });

  it('lets an event that holds alarms back go before one that raises the limit', () => {
    const both = calendar('daily raise x2 busy', 'daily 06:00-07:00 job');
    assert.deepEqual(both.at(Date.parse('2026-01-01T06:30Z'), ''), { kind: 'hold', name: 'job' });
    assert.deepEqual(both.at(Date.parse('2026-01-01T07:30Z'), ''), {
      ...{ kind: 'raise', factor: 2, amount: 0 },
      name: 'busy',
    });
  });

  it('of several that do the same takes the first that concerns the series', () => {
    const several = calendar('daily key b one', 'daily key a two', 'daily three');
    assert.equal(several.at(0, 'a')?.name, 'two');
    assert.equal(several.at(0, 'c')?.name, 'three');
  });

  it('says of a stretch of time what holds in any part of it', () => {
    const job = calendar('2026-01-01 06:10 for 10m job');
    const during = (from: string, until: string) =>
      job.at(Date.parse(`2026-01-01T${from}Z`), '', Date.parse(`2026-01-01T${until}Z`))?.name;
    for (const [from, until] of [
      ['05:00', '07:00'],
      ['06:00', '06:11'],
      ['06:19', '07:00'],
      ['06:12', '06:13'],
      ['06:10', '06:20'],
    ] as const) {
      assert.equal(during(from, until), 'job', `${from} to ${until}`);
    }
    for (const [from, until] of [
      ['05:00', '06:10'],
      ['06:20', '07:00'],
    ] as const) {
      assert.equal(during(from, until), undefined, `${from} to ${until}`);
    }
  });

  it('of all days of a stretch takes what goes first', () => {
    const sale = calendar('2026-01-01 raise x2 first', '2026-01-03 raise x3 second', '2026-01-04 last');
    const [from, until] = [Date.parse('2026-01-01'), Date.parse('2026-01-05')];
    assert.equal(sale.at(from, '', until)?.name, 'last');
    assert.equal(sale.at(from, '', until - 86_400_000)?.name, 'first');
    assert.equal(sale.at(-8e15, '', until)?.name, 'last');
  });

  it('answers alike in whatever order it is asked', () => {
    const lines = ['daily 22:00-03:00 in Europe/Berlin', 'weekly sat 20:00 to sun 23:00 in America/New_York'];
    const times = fc.array(fc.integer({ min: 1.7e9, max: 1.8e9 }).map((seconds) => seconds * 1000));
    fc.assert(
      fc.property(times, (list) => {
        const one = calendar(...lines);
        for (const time of list) assert.deepEqual(one.at(time, ''), calendar(...lines).at(time, ''));
      }),
      { numRuns: 30 },
    );
  });

  it('knows of nothing at times that are none', () => {
    for (const time of [NaN, Infinity, -Infinity, 1e300])
      assert.equal(calendar('daily').at(time, ''), undefined);
  });
});

describe('a raised limit', () => {
  it('is multiplied and then grows, or is never reached', () => {
    assert.equal(raisedLimit(3, undefined), 3);
    assert.equal(raisedLimit(3, { kind: 'raise', factor: 2, amount: 1 }), 7);
    assert.equal(raisedLimit(3, { kind: 'hold' }), Infinity);
  });
});

describe('a pattern of keys', () => {
  it('fits like a regular expression in which * is anything', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (pattern, key) => {
        const escaped = pattern.replace(/\./g, '\\.').replace(/\*/g, '.*');
        assert.equal(keyPattern([pattern])(key), new RegExp(`^${escaped}$`).test(key));
      }),
      { numRuns: 2000 },
    );
  });
});
