import assert from 'node:assert/strict';
import { eventLines, timeZone } from '../../../../lib/detection/calendar/calendarSettings';

describe('the setting for event lines', () => {
  it('takes a list, or a text of several lines', () => {
    const lines = ['# holidays', 'weekly mon,tue 06:00 for 1h', ''];
    assert.deepEqual(eventLines.parse(lines), lines);
    assert.deepEqual(eventLines.parse(lines.join('\r\n')), lines);
    assert.deepEqual(eventLines.default, []);
  });

  it('names the line that is wrong, and what was expected', () => {
    assert.throws(() => eventLines.parse(['daily', 'daily in Berlin']), {
      name: 'SettingError',
      path: '[1]',
      message: /^setting "\[1\]" must be a time zone such as Europe\/Berlin .*, got "Berlin"$/,
    });
    assert.throws(() => eventLines.parse([7]), { name: 'SettingError', path: '[0]' });
  });
});

describe('the setting for a time zone', () => {
  it('takes what the IANA database holds', () => {
    for (const zone of ['UTC', 'Europe/Berlin']) assert.equal(timeZone.parse(zone), zone);
    for (const zone of ['', 'Berlin', '+01:00', 5]) {
      assert.throws(() => timeZone.parse(zone), { name: 'SettingError' });
    }
  });
});
