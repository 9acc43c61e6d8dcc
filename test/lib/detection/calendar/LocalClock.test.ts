import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LocalClock } from '../../../../lib/detection/calendar/LocalClock';

const hour = 3_600_000;
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Tehran',
];

describe('a local clock', () => {
  it('shows what Intl shows', () => {
    const time = fc.integer({ min: -3e8, max: 2.4e9 }).map((seconds) => seconds * 1000);
    fc.assert(
      fc.property(fc.constantFrom(...zones), time, (zone, time) => {
        const shown = new Date(LocalClock.in(zone).wallAt(time)).toISOString().slice(0, 19).replace('T', ' ');
        const expected = new Intl.DateTimeFormat('sv-SE', {
          ...{ timeZone: zone, dateStyle: 'short', timeStyle: 'medium' },
        }).format(time);
        assert.equal(shown, expected);
      }),
      { numRuns: 300 },
    );
  });

  it('goes back from what it shows to the time, or to the first of two times that it shows the same', () => {
    const time = fc.integer({ min: 0, max: 2.4e9 }).map((seconds) => seconds * 1000);
    fc.assert(
      fc.property(fc.constantFrom(...zones), time, (zone, time) => {
        const clock = LocalClock.in(zone);
        const wall = clock.wallAt(time);
        const back = clock.timeAt(wall);
        assert.equal(clock.wallAt(back), wall);
        assert.ok(back <= time);
      }),
      { numRuns: 300 },
    );
  });

  it('takes what it never shows for as late as if it had not been set forward yet', () => {
    const clock = LocalClock.in('Europe/Berlin');
    const changed = Date.parse('2026-03-29T01:00Z');
    assert.equal(clock.timeAt(Date.parse('2026-03-29T02:30Z')), changed + hour / 2);
    assert.equal(clock.timeAt(Date.parse('2026-03-29T03:00Z')), changed);
  });

  it('is one for all who ask for the same zone', () => {
    assert.equal(LocalClock.in('Europe/Berlin'), LocalClock.in('Europe/Berlin'));
    assert.notEqual(LocalClock.in('Europe/Berlin'), LocalClock.in('UTC'));
  });

  it('refuses a zone that does not exist', () => {
    assert.throws(() => LocalClock.in('Europe/Nowhere'), RangeError);
  });
});
