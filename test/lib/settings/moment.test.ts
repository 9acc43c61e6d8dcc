import assert from 'node:assert/strict';
import { moment, momentTime } from '../../../lib/settings/moment';
import { SettingError } from '../../../lib/settings/SettingError';

describe('a moment', () => {
  const time = Date.UTC(2030, 0, 31, 12);
  const right: [string, number | undefined][] = [
    ['2030-01-31T12:00Z', time],
    ['2030-01-31T14:00:00.000+02:00', time],
    [String(time), time],
    ['', undefined],
  ];
  for (const [text, expected] of right) {
    it(`may be "${text}"`, () => {
      assert.equal(moment().parse(text), text);
      assert.equal(momentTime(text), expected);
    });
  }

  for (const text of ['soon', '2030-01-31T12:00:00', '2030-13-31T12:00:00Z', '12', '9'.repeat(20)]) {
    it(`must not be "${text}"`, () => {
      assert.throws(() => moment().parse(text), /must be a date and time with zone/);
    });
  }

  it('may be required', () => {
    assert.throws(
      () => moment({ required: true }).parse(''),
      (error) => error instanceof SettingError && error.problem === 'required',
    );
  });
});
