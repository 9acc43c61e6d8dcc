import assert from 'node:assert/strict';
import { simulation } from '../../../lib/simulation/simulate';
import type { SimulatedRecord } from '../../../lib/simulation/Scenario';
import { settings } from '../../../nodes/stream-simulator/settings';

const start = Date.parse('2026-03-02T00:00:00Z');
const hour = 3_600_000;
const week = 168;

interface Row {
  readonly time: number;
  readonly country: string;
  readonly category: string;
  readonly platform: string;
  readonly orders: number;
  readonly revenue: number;
  readonly latency: number;
}

function run(config: object = {}, from = start): SimulatedRecord[] {
  const records = simulation('shop', settings.parse({ passes: 24, anomalies: [], ...config })).records(from);
  const all: SimulatedRecord[] = [];
  for (let next = records.next(); !next.done; next = records.next()) all.push(next.value);
  return all;
}

const rowOf = ({ payload }: SimulatedRecord) => payload as Row;
const orders = (records: readonly SimulatedRecord[]) =>
  records.reduce((sum, record) => sum + rowOf(record).orders, 0);
const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
const latency = (records: readonly SimulatedRecord[]) => mean(records.map((record) => rowOf(record).latency));
const during = (records: readonly SimulatedRecord[], from: number, length: number) =>
  records.filter(({ label }) => label.pass >= from && label.pass < from + length);
const of = (records: readonly SimulatedRecord[], ...names: string[]) =>
  records.filter(({ label }) => names.every((name) => label.target!.split('/').includes(name)));
/** How many times as many orders one run has as another. */
const ratio = (a: readonly SimulatedRecord[], b: readonly SimulatedRecord[]) => orders(a) / orders(b);
const near = (seen: number, wanted: number, tolerance = 0.05) =>
  assert.ok(Math.abs(seen / wanted - 1) < tolerance, `${seen}, not ${wanted}`);

describe('shop', () => {
  it('sends a row a series when an interval is over, with the time of its start', () => {
    const records = run({ passes: 2, interval: 5 }, start + 60_000);
    assert.equal(records.length, 96);
    assert.equal(new Set(records.map(({ label }) => label.target)).size, 48);
    const times = records.map((record) => [rowOf(record).time, record.timestamp, record.label.pass]);
    assert.deepEqual(times[0], [start, start + 300_000, 0]);
    assert.deepEqual(times[95], [start + 300_000, start + 600_000, 1]);
  });

  it('sells whole orders, with revenue where there are any', () => {
    for (const record of run()) {
      const { country, category, platform, orders, revenue, latency } = rowOf(record);
      assert.equal(record.label.target, `${country}/${category}/${platform}`);
      assert.ok(Number.isInteger(orders) && orders >= 0 && revenue > 0 === orders > 0 && latency > 50);
    }
  });

  it('sells about as much with short intervals as with long ones', () => {
    near(ratio(run({ passes: 24 * 12, interval: 5 }), run({ passes: 24 })), 1, 0.03);
  });

  it('is busier in the evening than in the morning where the customers are, and on weekends', () => {
    const records = run({ passes: week });
    for (const [country, ahead] of [
      ['DE', 1],
      ['US', -6],
    ] as const) {
      const at = (local: number) =>
        orders(of(records, country).filter((record) => (rowOf(record).time / hour + ahead) % 24 === local));
      assert.ok(at(20) > 1.5 * at(9) && at(9) > 3 * at(3), country);
    }
    // It begins on a Monday.
    assert.ok(ratio(during(records, 5 * 24, 48), during(records, 24, 48)) > 1.3);
  });

  it('varies more the fewer orders there are', () => {
    const spread = (...names: string[]) => {
      const noise = of(run({ passes: 28 * 24 }), ...names).filter(
        (record) => rowOf(record).time % (week * hour) === 20 * hour,
      );
      const seen = noise.map((record) => rowOf(record).orders);
      const level = mean(seen);
      return Math.sqrt(mean(seen.map((each) => (each / level - 1) ** 2)));
    };
    assert.ok(spread('FR', 'toys', 'android') > spread('DE', 'fashion', 'web'));
  });

  it('knows holidays, which are no anomalies', () => {
    // 2026-11-27 is Black Friday, two weeks after an ordinary Friday.
    const friday = (date: string) => of(run({}, Date.parse(date)), 'GB');
    near(ratio(friday('2026-11-27'), friday('2026-11-13')), 2.5);
    near(ratio(friday('2026-12-25'), friday('2026-11-13')), 0.4);
    assert.deepEqual(new Set(friday('2026-11-27').map(({ label }) => label.kind)), new Set(['holiday']));
    assert.ok(friday('2026-11-27').every(({ label }) => !label.anomaly));
    const days = [
      '2026-11-26',
      '2026-11-28',
      '2026-11-30',
      '2026-12-01',
      '2027-01-01',
      '2027-01-02',
      '2023-11-24',
      '2029-11-23',
    ];
    assert.deepEqual(
      days.filter((date) => friday(date)[0]!.label.kind === 'holiday'),
      ['2026-11-28', '2026-11-30', '2027-01-01', '2023-11-24', '2029-11-23'],
    );
  });

  it('lets the orders of a country or a category change, and no others', () => {
    const usual = run();
    for (const [target, value, kind] of [
      ['DE', 0.4, 'drop'],
      ['books', 1.5, 'surge'],
      ['toys', 0, 'sold-out'],
    ] as const) {
      const records = run({ anomalies: [{ from: 5, length: 10, value, target }] });
      const changed = during(of(records, target), 5, 10);
      if (value === 0) assert.equal(orders(changed), 0);
      else near(ratio(changed, during(of(usual, target), 5, 10)), value);
      assert.deepEqual(new Set(changed.map(({ label }) => label.kind)), new Set([kind]));
      assert.deepEqual(
        records.filter(({ label }) => label.anomaly),
        changed,
      );
      assert.deepEqual(
        records.filter(({ label }) => !label.anomaly),
        usual.filter((_, index) => !records[index]!.label.anomaly),
      );
    }
  });

  it('lets a platform get slow, whose orders fall one interval later', () => {
    const usual = of(run(), 'ios');
    const slow = of(run({ anomalies: [{ from: 5, length: 3, value: 5, target: 'ios' }] }), 'ios');
    const passes = [4, 5, 6, 7, 8, 9];
    const rounded = (ratios: number[]) => ratios.map((each) => Math.round(each * 10) / 10);
    assert.deepEqual(
      rounded(passes.map((pass) => latency(during(slow, pass, 1)) / latency(during(usual, pass, 1)))),
      [1, 5, 5, 5, 1, 1],
    );
    assert.deepEqual(
      rounded(passes.map((pass) => ratio(during(slow, pass, 1), during(usual, pass, 1)))),
      [1, 1, 0.5, 0.5, 0.5, 1],
    );
    const labelled = slow.filter(({ label }) => label.kind === 'slow').map(({ label }) => label.pass);
    assert.deepEqual([...new Set(labelled)], [5, 6, 7, 8]);
  });

  it('lets anomalies of several targets hold for a series at the same time', () => {
    const anomalies = [
      { from: 0, length: 24, value: 0.5, target: 'DE' },
      { from: 0, length: 24, value: 0.5, target: 'books' },
      { from: 0, length: 24, value: 2, target: '' },
    ];
    const [usual, changed] = [run(), run({ anomalies })];
    near(ratio(of(changed, 'DE', 'books'), of(usual, 'DE', 'books')), 0.5);
    near(ratio(of(changed, 'US', 'toys'), of(usual, 'US', 'toys')), 2);
  });

  it('has anomalies of its own, large and small, of every kind of target, in whatever length of a round', () => {
    for (const passes of [500, 2500]) {
      const kinds = new Set(
        run({ passes, anomalies: null })
          .filter(({ label }) => label.anomaly)
          .map(({ label }) => label.kind),
      );
      assert.deepEqual([...kinds].sort(), ['drop', 'slow', 'sold-out', 'surge']);
    }
  });

  it('gives the same rows for a seed, others for another, and others in the next round', () => {
    assert.deepEqual(run(), run());
    assert.notDeepEqual(run(), run({ seed: 2 }));
    const rounds = simulation('shop', settings.parse({ passes: 1, repeat: true, anomalies: [] })).records(
      start,
    );
    const both = Array.from({ length: 96 }, () => rounds.next().value as SimulatedRecord);
    assert.notDeepEqual(
      both.slice(0, 48).map((record) => rowOf(record).orders),
      both.slice(48).map((record) => rowOf(record).orders),
    );
    assert.equal(both[48]!.timestamp, both[0]!.timestamp + hour);
  });

  it('has no anomaly at a target that it does not know', () => {
    const anomalies = [{ from: 0, length: 1, value: 1, target: 'IT' }];
    assert.throws(() => simulation('shop', settings.parse({ anomalies })), {
      message: /^setting "anomalies\[0\]\.target" must be one of DE, US, GB, FR, /,
    });
  });
});
