import assert from 'node:assert/strict';
import metricsDetector from '../../nodes/metrics-detector';
import type { IncidentMessage, PointsMessage } from '../../nodes/metrics-detector/messages';
import { itRefuses } from '../helpers/itRefuses';
import { Bench, useNodeRed } from '../helpers/nodeRed';
import { shopHour, shopRows, type Trouble } from '../helpers/shopRows';

const measures = [
  { name: 'orders', fn: 'SUM', field: 'orders' },
  { name: 'latency', fn: 'AVG', field: 'latency' },
];
const shop = { measures, dimensions: ['country', 'platform'], size: 1, unit: 'h', timeField: 'time' };
/** 200 hours are learned; then the orders of a country break away for three hours. */
const breakdown: Trouble = { from: 260, length: 3, country: 'DE', orders: 0.2 };

describe('metrics-detector', () => {
  useNodeRed();

  const deploy = (config: object = shop) =>
    Bench.deploy(metricsDetector, { type: 'metrics-detector', ...config }, { outputs: 2 });
  const incidentsOf = (bench: Bench) => bench.outputs[0] as unknown as IncidentMessage[];
  const pointsOf = (bench: Bench) => bench.outputs[1] as unknown as PointsMessage[];
  const until = (bench: Bench, hours: number, troubles: readonly Trouble[] = [breakdown]) => {
    const rows = shopRows(hours, troubles);
    const history = rows.filter(({ time }) => time < shopHour(200));
    bench.send({ payload: history, train: true }, { payload: rows.slice(history.length) });
  };

  it('tells of one incident that names every impacted series, with its share and that of each dimension value', async () => {
    const bench = await deploy();
    until(bench, 280);
    await bench.done(2);
    const about = incidentsOf(bench).filter(({ incident }) => incident.since === shopHour(260));
    const [opened] = about;
    assert.equal(opened!.incident.state, 'open');
    assert.equal(opened!.payload.impactedMetric.metricName, 'orders');
    assert.deepEqual(
      opened!.payload.impactedMetric.relevantTimeSeries.map(({ timeSeriesId }) => timeSeriesId).sort(),
      ['DE|ios', 'DE|web'],
    );
    const [byCountry, byPlatform] = opened!.payload.impactedMetric.dimensionContribution;
    assert.deepEqual(byCountry!.dimensionValueContributions, [{ dimensionValue: 'DE', contribution: 100 }]);
    const [web] = byPlatform!.dimensionValueContributions;
    assert.equal(web!.dimensionValue, 'web');
    assert.ok(Math.abs(web!.contribution - 61.5) < 5, String(web!.contribution));
    assert.equal(opened!.payload.impactedMetric.relevantTimeSeries[0]!.direction, 'LOW');
    assert.ok(opened!.payload.text.short.length <= 160);
  });

  it('sends what every interval said of each series, as records with an anomaly', async () => {
    const bench = await deploy();
    until(bench, 203, []);
    await bench.done(2);
    const [first] = pointsOf(bench);
    assert.deepEqual(first!.window, { start: shopHour(200), end: shopHour(201) });
    assert.equal(first!.timestamp, shopHour(201));
    assert.equal(first!.payload.length, 12);
    const [point] = first!.payload;
    assert.equal(point!.measure, 'orders');
    assert.deepEqual(point!.dimensions, { country: 'DE', platform: 'ios' });
    assert.equal(point!.timestamp, shopHour(200));
    assert.equal(typeof point!.anomaly.severity, 'number');
    assert.equal(pointsOf(bench).length, 2);
  });

  it('judges nothing that it was given as history', async () => {
    const bench = await deploy();
    bench.send({ payload: shopRows(300, [breakdown]), train: true }, { flush: true });
    await bench.done(2);
    assert.deepEqual(bench.outputs, [[], []]);
  });

  describe('bad rows', () => {
    const good = { time: shopHour(0), country: 'DE', platform: 'web', orders: 1, latency: 2 };
    for (const [what, change, expected] of [
      ['no time', { time: undefined }, /^metrics-detector: time must be a time/],
      [
        'a measure that is no number',
        { orders: 'many' },
        /^metrics-detector: orders must be a finite number, got "many"/,
      ],
      [
        'a measure that is not finite',
        { latency: NaN },
        /^metrics-detector: latency must be a finite number, got NaN/,
      ],
      [
        'no value of a dimension',
        { country: undefined },
        /^metrics-detector: country must be text or a number/,
      ],
      [
        'a time in the far future',
        { time: 4e14 },
        /^metrics-detector: time must be at most 7200000 ms ahead/,
      ],
    ] as const) {
      it(`${what}: goes to the Catch nodes with the field's name, and the others of its batch count`, async () => {
        const bench = await deploy();
        bench.send({ payload: [good, { ...good, ...change }, good] }, { flush: true });
        const [failure] = await bench.failed(1);
        assert.match(failure!.message, expected);
        const [{ payload }] = (await bench.received(1, 1)) as unknown as [PointsMessage];
        assert.equal(payload.find(({ measure }) => measure === 'orders')!.value, 2);
      });
    }

    it('no row at all: says what a row is', async () => {
      const bench = await deploy();
      bench.send({ payload: 'hello' });
      assert.match((await bench.failed(1))[0]!.message, /payload must be a row: an object/);
    });
  });

  itRefuses(
    [
      [{ ...shop, measures: [] }, /measures.*must have 1 to 20 entries/],
      [{ ...shop, measures: [{ name: 'x', fn: 'SUM' }] }, /measures\[0\]\.field.*is required/],
      [{ ...shop, measures: [...measures, measures[0]] }, /measures\[2\]\.name.*nothing else/],
      [{ ...shop, size: 25 }, /size.*from 1 to 24/],
      [{ ...shop, timeZone: 'Mars/Olympus' }, /timeZone.*time zone/],
      [
        { ...shop, alertFilters: [{ dimension: 'orders', values: ['1'] }] },
        /alertFilters\[0\]\.dimension.*country, platform/,
      ],
      [{ ...shop, calendar: ['sometimes'] }, /calendar\[0\]/],
    ],
    deploy,
    { payload: {} },
  );
});
