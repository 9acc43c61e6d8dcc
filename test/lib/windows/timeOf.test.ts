import assert from 'node:assert/strict';
import { timeOf } from '../../../lib/windows/timeOf';

const t = Date.UTC(2026, 10, 22, 2, 4, 5, 678);

describe('the time of a field', () => {
  const zone = process.env.TZ;
  before(() => (process.env.TZ = 'Pacific/Auckland'));
  after(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  const times: [unknown, 'auto' | 'ms' | 's' | 'iso', number][] = [
    [t, 'auto', t],
    [t / 1000, 'auto', t],
    [BigInt(t), 'auto', t],
    [` ${t} `, 'auto', t],
    [0, 'auto', 0],
    [60_000, 'auto', 60_000],
    [1e8, 'auto', 1e11],
    [1e11, 'auto', 1e11],
    [-5000, 'auto', -5000],
    [60, 's', 60_000],
    [1e9, 'ms', 1e9],
    ['2026-11-22T02:04:05.678Z', 'auto', t],
    ['2026-11-22T02:04:05.678', 'iso', t],
    ['2026-11-22 02:04:05,678', 'auto', t],
    ['2026-11-22 02:04:05.678 +00:00', 'auto', t],
    ['2026-11-22T15:04:05.678+13:00', 'auto', t],
    ['2026-11-22', 'auto', Date.UTC(2026, 10, 22)],
    ['2026-11-22T02:04', 'auto', Date.UTC(2026, 10, 22, 2, 4)],
    [new Date(t), 's', t],
  ];
  for (const [value, format, expected] of times) {
    it(`is ${expected} for ${typeof value} ${String(value)} as ${format}, in any time zone of the machine`, () => {
      assert.equal(timeOf(value, format, 'f'), expected);
    });
  }

  const wrong: [unknown, 'auto' | 'ms' | 's' | 'iso'][] = [
    [undefined, 'auto'],
    [null, 'auto'],
    ['', 'auto'],
    ['yesterday', 'auto'],
    ['22/11/2026', 'auto'],
    ['2026-99-99', 'auto'],
    [NaN, 'auto'],
    [Infinity, 'ms'],
    [1e300, 'ms'],
    [new Date(NaN), 'auto'],
    [{}, 'auto'],
    [true, 'auto'],
    [t, 'iso'],
    ['2026-11-22', 'ms'],
  ];
  for (const [value, format] of wrong) {
    it(`is refused by field name for ${String(value)} as ${format}`, () => {
      assert.throws(() => timeOf(value, format, 'f'), /^RecordError: f must be a time.*, got /);
    });
  }
});
