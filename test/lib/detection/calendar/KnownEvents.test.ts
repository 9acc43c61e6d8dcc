import assert from 'node:assert/strict';
import { KnownEvents } from '../../../../lib/detection/calendar/KnownEvents';

const noon = Date.parse('2026-12-25T12:00Z');
const vcalendar = [
  'BEGIN:VCALENDAR',
  'BEGIN:VEVENT',
  'SUMMARY:Xmas',
  'DTSTART;VALUE=DATE:20261225',
  'END:VEVENT',
  'END:VCALENDAR',
].join('\n');

describe('the known events of a node', () => {
  const settings = { calendar: ['daily 06:00-07:00 job'], calendarFile: 'holidays', timeZone: 'UTC' };
  let text: string;
  const events = new KnownEvents(settings, (name) => {
    assert.equal(name, 'holidays');
    if (text === '') throw new Error('ENOENT: holidays');
    return text;
  });
  const names = () => [noon, noon - 5.5 * 3_600_000].map((time) => events.at(time, '')?.name);

  it('are those of the list until the file is read', () => {
    assert.deepEqual(names(), [undefined, 'job']);
  });

  it('are joined by those of the file, lines or iCalendar, each time it is read', () => {
    text = '# ours\nyearly 12-25 Christmas\n';
    events.reload();
    assert.deepEqual(names(), ['Christmas', 'job']);
    text = vcalendar;
    events.reload();
    assert.deepEqual(names(), ['Xmas', 'job']);
  });

  it('stay what they were when the file cannot be read, and file and line are named', () => {
    text = 'yearly 12-25\nhourly';
    assert.throws(() => events.reload(), {
      name: 'CalendarError',
      message: /^line 2 of holidays: must be a date/,
    });
    text = vcalendar.replace('DTSTART', 'START');
    assert.throws(() => events.reload(), { message: /^line 2 of holidays: must be an event with DTSTART/ });
    text = '';
    assert.throws(() => events.reload(), /ENOENT/);
    assert.deepEqual(names(), ['Xmas', 'job']);
  });

  it('need no file', () => {
    const listed = new KnownEvents({ ...settings, calendarFile: '' }, () => assert.fail('reads a file'));
    listed.reload();
    assert.equal(listed.at(noon - 5.5 * 3_600_000, '')?.name, 'job');
  });
});
