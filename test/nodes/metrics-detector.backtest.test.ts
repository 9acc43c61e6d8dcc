import assert from 'node:assert/strict';
import metricsDetector from '../../nodes/metrics-detector';
import type { BacktestReport } from '../../nodes/metrics-detector/Backtest';
import { statuses } from '../helpers/kinesisIn';
import { Bench, useNodeRed } from '../helpers/nodeRed';
import { shopHour, shopRows, type Trouble } from '../helpers/shopRows';

const troubles: readonly Trouble[] = [
  { from: 100, length: 3, country: 'DE', orders: 0.1 },
  { from: 330, length: 3, country: 'DE', orders: 0.1 },
  { from: 360, length: 2, country: 'FR', platform: 'web', latency: 4 },
];

describe('metrics-detector as a backtest', () => {
  useNodeRed();

  const deploy = (config: object = {}) =>
    Bench.deploy(
      metricsDetector,
      {
        type: 'metrics-detector',
        mode: 'backtest',
        measures: [
          { name: 'orders', fn: 'SUM', field: 'orders' },
          { name: 'latency', fn: 'AVG', field: 'latency' },
        ],
        dimensions: ['country', 'platform'],
        size: 1,
        unit: 'h',
        timeField: 'time',
        threshold: 90,
        learnFor: 100,
        ...config,
      },
      { outputs: 2 },
    );
  /** Four hundred hours, of which 280 are learned. */
  const rows = shopRows(400, troubles).map((row) => ({
    ...row,
    trouble: troubles.some(
      ({ from, length, country, platform }) =>
        row.time >= shopHour(from) &&
        row.time < shopHour(from + length) &&
        row.country === country &&
        (platform ?? row.platform) === row.platform,
    ),
  }));
  const reportOf = async (bench: Bench) => (await bench.received(1))[0]!.payload as BacktestReport;

  it('learns the first part, tests the rest, and says how much of what is labelled it found', async () => {
    const bench = await deploy({ labelField: 'trouble' });
    bench.send({ payload: rows, complete: true });
    const report = await reportOf(bench);
    assert.deepEqual([report.rows, report.series], [2400, 12]);
    assert.deepEqual([report.learned.intervals, report.tested.intervals], [280, 120]);
    assert.equal(report.tested.from, new Date(shopHour(280)).toISOString());
    assert.equal(report.points.orders!.truePositives + report.points.orders!.falseNegatives, 8);
    // Not only the first value of each of the two series, which is the only one that is told.
    assert.ok(report.points.orders!.truePositives > 2, JSON.stringify(report.points));
    // Two series in the one case, one in the other.
    assert.deepEqual([report.windows.truePositives, report.windows.falseNegatives], [3, 0]);
    assert.equal(report.windows.recall, 1);
    const { truePositives, falsePositives, precision } = report.windows;
    assert.ok(truePositives > 0);
    assert.equal(precision, (report.incidents.length - falsePositives) / report.incidents.length);
    assert.ok(report.incidents.every(({ timestamp }) => timestamp >= report.tested.from));
  });

  it('says in its status that it tests, and then that it has', async () => {
    const bench = await deploy();
    const status = () => statuses(bench).at(-1)?.text;
    bench.send({ payload: rows });
    await bench.until(() => status() === 'metrics-detector.status.gathered');
    bench.send({ flush: true });
    await bench.until(() => status() === 'metrics-detector.status.tested');
  });

  it('takes the labels beside the rows when no field holds them', async () => {
    const bench = await deploy();
    const label = rows.map(({ trouble }) => ({ anomaly: trouble }));
    bench.send({ payload: rows, label }, { flush: true });
    assert.equal((await reportOf(bench)).windows.truePositives, 3);
  });

  it('gives the same for rows in any order and in any number of messages', async () => {
    const bench = await deploy({ labelField: 'trouble' });
    bench.send({ payload: rows, complete: true });
    const bySeries = [...rows].sort((a, b) => (a.country + a.platform < b.country + b.platform ? -1 : 1));
    for (let at = 0; at < rows.length; at += 500) bench.send({ payload: bySeries.slice(at, at + 500) });
    bench.send({ flush: true });
    const [first, second] = await bench.received(2);
    assert.deepEqual(second!.payload, first!.payload);
  });

  it('has no precision and no recall without labels', async () => {
    const bench = await deploy();
    bench.send({ payload: rows, complete: true });
    const { windows, incidents } = await reportOf(bench);
    assert.ok(incidents.length > 0);
    assert.deepEqual([windows.precision, windows.recall, windows.f1], [null, null, null]);
  });

  describe('with too little data', () => {
    const warningsOf = async (hours: number, status: string, config: object = {}) => {
      const bench = await deploy({ labelField: 'trouble', ...config });
      const some = rows.filter(({ time }) => time < shopHour(hours));
      bench.send({ payload: some, complete: true });
      const { warnings } = await reportOf(bench);
      const isShown = () => statuses(bench).at(-1)?.text === `metrics-detector.status.${status}`;
      await bench.until(isShown, `the status ${status}`);
      return warnings;
    };

    it('says that nothing could be found, in the report and in the status', async () => {
      assert.deepEqual(await warningsOf(400, 'doubtful', { learnFor: 400 }), [
        'too little data, nothing could be found: 280 intervals were learned and 120 tested, ' +
          'and a series makes no incidents before 400 (learnFor)',
      ]);
    });

    it('says how many values came too early', async () => {
      const [first, ...others] = await warningsOf(130, 'doubtful');
      assert.match(first!, /^108 of 468 tested values came too early: 91 .* 39 tested/);
      assert.deepEqual(others, []);
    });

    it('says that no label is tested', async () => {
      const warnings = await warningsOf(200, 'doubtful');
      assert.deepEqual(warnings, ['rows are labelled, but none of those that were tested']);
    });

    it('says so where no interval is left to test', async () => {
      const warnings = await warningsOf(1, 'doubtful');
      assert.match(warnings.join(), /nothing could be found: 1 .* 0 tested/);
    });

    it('says nothing of it when there was enough', async () => {
      assert.deepEqual(await warningsOf(400, 'tested'), []);
    });
  });

  it('says nothing when there were no rows', async () => {
    const bench = await deploy();
    bench.send({ flush: true });
    await bench.done(1);
    assert.deepEqual(bench.outputs, [[], []]);
  });

  it('tells of a bad row of a batch, and tests the others', async () => {
    const bench = await deploy({ labelField: 'trouble' });
    bench.send({ payload: [...rows, { ...rows[0], orders: 'many' }], complete: true });
    assert.match((await bench.failed(1))[0]!.message, /^metrics-detector: orders must be a finite number/);
    assert.equal((await reportOf(bench)).rows, 2400);
  });
});
