import assert from 'node:assert/strict';
import metricsDetector from '../../nodes/metrics-detector';
import type { IncidentMessage, PointsMessage } from '../../nodes/metrics-detector/messages';
import { itRefuses } from '../helpers/itRefuses';
import { statuses } from '../helpers/kinesisIn';
import { Bench, loggedErrors, loggedWarnings, useNodeRed } from '../helpers/nodeRed';
import { shopHour, shopRows, type Trouble } from '../helpers/shopRows';

const measures = [
  { name: 'orders', fn: 'SUM', field: 'orders' },
  { name: 'latency', fn: 'AVG', field: 'latency' },
];
const shop = {
  measures,
  dimensions: ['country', 'platform'],
  size: 1,
  unit: 'h',
  timeField: 'time',
  learnFor: 100,
};
/** 200 hours are learned; then the orders of a country break away for three hours. */
const breakdown: Trouble = { from: 260, length: 3, country: 'DE', orders: 0.2 };

/** Date and time of day of an hour in the shop, as a line of the calendar has them. */
function hourOf(at: number, minutes = 0): string {
  return new Date(shopHour(at) + minutes * 60_000).toISOString().slice(0, 16).replace('T', ' ');
}

describe('metrics-detector', () => {
  useNodeRed();

  const deploy = (config: object = shop) =>
    Bench.deploy(metricsDetector, { type: 'metrics-detector', ...config }, { outputs: 2 });
  const incidentsOf = (bench: Bench) => bench.outputs[0] as unknown as IncidentMessage[];
  const pointsOf = (bench: Bench) => bench.outputs[1] as unknown as PointsMessage[];
  const statusOf = (bench: Bench) => statuses(bench).at(-1)?.text;
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
    assert.equal(point!.shape, 'plain');
    assert.equal(typeof point!.anomaly.severity, 'number');
    assert.equal(pointsOf(bench).length, 2);
  });

  it('judges nothing that it was given as history', async () => {
    const bench = await deploy();
    bench.send({ payload: shopRows(300, [breakdown]), train: true }, { flush: true });
    await bench.done(2);
    assert.deepEqual(bench.outputs, [[], []]);
  });

  it('is silent while an event of the calendar is on, and names it', async () => {
    const calendar = [`${new Date(shopHour(260)).toISOString().slice(0, 10)} key DE|* Inventory`];
    const bench = await deploy({ ...shop, calendar });
    until(bench, 280);
    await bench.done(2);
    const during = incidentsOf(bench).filter(({ incident }) => incident.since === shopHour(260));
    assert.deepEqual(during, []);
    const then = pointsOf(bench).find(({ window }) => window.start === shopHour(260))!;
    const held = then.payload.filter(({ anomaly }) => anomaly.suppressed === 'calendar: Inventory');
    assert.deepEqual(
      held.map(({ measure, dimensions }) => [measure, dimensions.country, dimensions.platform]),
      [
        ['orders', 'DE', 'ios'],
        ['orders', 'DE', 'web'],
      ],
    );
  });

  it('is silent for the measures alone that an event of the calendar names', async () => {
    const slow: Trouble = { ...breakdown, latency: 4 };
    const bench = await deploy({ ...shop, calendar: [`${hourOf(260)} for 3h measure orders Inventory`] });
    until(bench, 264, [slow]);
    await bench.done(2);
    const opened = incidentsOf(bench).filter(({ incident }) => incident.since === shopHour(260));
    assert.deepEqual(
      opened.map(({ topic }) => topic),
      ['latency'],
    );
    const { payload } = pointsOf(bench).find(({ window }) => window.start === shopHour(260))!;
    const held = payload.filter(({ anomaly }) => anomaly.suppressed === 'calendar: Inventory');
    assert.deepEqual([...new Set(held.map(({ measure }) => measure))], ['orders']);
  });

  describe('when all series are a little low together', () => {
    const low: Trouble = { from: 340, length: 2, orders: 0.96 };
    const seeds = [1, 2, 3, 4];
    const rows = seeds
      .flatMap((seed) =>
        shopRows(344, [low], seed).map((row) => ({ ...row, platform: `${row.platform} ${seed}` })),
      )
      .sort((a, b) => a.time - b.time);
    const opened = async (calendar: readonly string[]) => {
      const bench = await deploy({ ...shop, calendar });
      const history = rows.filter(({ time }) => time < shopHour(200));
      bench.send({ payload: history, train: true }, { payload: rows.slice(history.length) }, { flush: true });
      await bench.done(3);
      return incidentsOf(bench)
        .filter(({ topic, incident }) => topic === 'orders' && incident.state === 'open')
        .map(({ incident }) => incident.since)
        .filter((since) => since >= shopHour(340));
    };

    it('tells of it', async () => {
      assert.equal((await opened([])).length, 1);
    });

    it('tells nothing of it while an event of the calendar is on for all of them', async () => {
      assert.deepEqual(await opened([`${hourOf(340)} for 2h Inventory`]), []);
    });
  });

  it('is silent in every interval that an event has a part of', async () => {
    const calendar = [`${hourOf(260, 50)} for 20m key DE|* job`];
    const bench = await deploy({ ...shop, calendar });
    until(bench, 280);
    await bench.done(2);
    const held = pointsOf(bench)
      .filter(({ payload }) => payload.some(({ anomaly }) => anomaly.suppressed === 'calendar: job'))
      .map(({ window }) => (window.start - shopHour(0)) / 3_600_000);
    assert.deepEqual(held, [260, 261]);
  });

  it('says in every interval and in the status how far each series has learned', async () => {
    const bench = await deploy();
    const rows = shopRows(104);
    bench.send({ payload: rows.slice(0, 40 * 6) }, { flush: true });
    await bench.done(2);
    const { anomaly } = pointsOf(bench).at(-1)!.payload[0]!;
    assert.deepEqual(anomaly.warmup, { seen: 40, needed: 100 });
    await bench.until(() => statusOf(bench) === 'metrics-detector.status.learning');
    bench.send({ payload: rows.slice(40 * 6) }, { flush: true });
    await bench.done(4);
    assert.equal(pointsOf(bench).at(-1)!.payload[0]!.anomaly.warmup, undefined);
    await bench.until(() => statusOf(bench) !== 'metrics-detector.status.learning');
  });

  it('tells in its status of history until it has judged an interval', async () => {
    const bench = await deploy();
    const rows = shopRows(302);
    bench.send({ payload: rows.slice(0, -24), train: true });
    await bench.until(() => statusOf(bench) === 'metrics-detector.status.learned');
    bench.send({ payload: rows.slice(-24) }, { flush: true });
    await bench.until(() => statusOf(bench) === 'metrics-detector.status.watching');
  });

  it('goes on without a calendar file that cannot be read, and says so', async () => {
    const bench = await deploy({ ...shop, calendarFile: 'none.ics' });
    assert.match(loggedErrors().join(), /^metrics-detector: .*none\.ics/);
    until(bench, 203, []);
    await bench.done(2);
    bench.send({ calendar: true });
    assert.match((await bench.failed(1))[0]!.message, /none\.ics/);
  });

  it('tells only of the series that are wanted, but watches all', async () => {
    const alertFilters = [{ dimension: 'platform', values: ['web'] }];
    const bench = await deploy({ ...shop, alertFilters });
    until(bench, 280);
    await bench.done(2);
    const opened = incidentsOf(bench).find(({ incident }) => incident.since === shopHour(260))!;
    assert.deepEqual(
      opened.payload.impactedMetric.relevantTimeSeries.map(({ timeSeriesId }) => timeSeriesId),
      ['DE|web'],
    );
    assert.equal(pointsOf(bench)[0]!.payload.length, 12);
  });

  it('refuses rows of more series than it may watch, warns once, and goes on with the others', async () => {
    const bench = await deploy({ ...shop, maxSeries: 6 });
    bench.send({ payload: shopRows(3) }, { flush: true });
    const [first] = (await bench.received(1, 1)) as unknown as PointsMessage[];
    assert.deepEqual(
      first!.payload.map(
        ({ measure, dimensions }) => `${measure} ${dimensions.country} ${dimensions.platform}`,
      ),
      ['orders', 'latency'].flatMap((measure) => [
        `${measure} DE ios`,
        `${measure} DE web`,
        `${measure} FR ios`,
      ]),
    );
    assert.equal(loggedWarnings().filter((text) => /warning\.refused/.test(text)).length, 1);
  });

  it('sends rows that come after their interval to output 2, unchanged, with the reason', async () => {
    const bench = await deploy();
    const [early, late] = [shopRows(1)[0]!, { ...shopRows(1)[1]!, note: 'kept' }];
    bench.send(
      { payload: early },
      { payload: { ...early, time: shopHour(1) } },
      { payload: late, topic: 'x' },
    );
    const [, message] = await bench.received(2, 1);
    assert.deepEqual([message!.payload, message!.topic], [late, 'x']);
    assert.deepEqual(message!.late, {
      window: { start: shopHour(0), end: shopHour(1), key: 'DE|web' },
      watermark: shopHour(1),
    });
  });

  it('forgets the combination that a topic names, which learns anew', async () => {
    const bench = await deploy();
    const rows = shopRows(202);
    bench.send({ payload: rows.filter(({ time }) => time < shopHour(200)), train: true });
    bench.send({ reset: true, topic: 'DE|web' }, { payload: rows.slice(-12) }, { flush: true });
    const [, second] = (await bench.received(2, 1)) as unknown as PointsMessage[];
    const learning = second!.payload.filter(({ anomaly }) => anomaly.warmup);
    assert.deepEqual(
      learning.map(({ dimensions }) => `${dimensions.country} ${dimensions.platform}`),
      ['DE web', 'DE web'],
    );
  });

  it('learns history that comes series by series in one batch', async () => {
    const bench = await deploy();
    const history = shopRows(150).sort((a, b) => (a.country + a.platform < b.country + b.platform ? -1 : 1));
    bench.send({ payload: history, train: true }, { payload: shopRows(152).slice(-12) }, { flush: true });
    const points = (await bench.received(2, 1)) as unknown as PointsMessage[];
    assert.ok(points.every(({ payload }) => payload.every(({ anomaly }) => !anomaly.warmup)));
    assert.equal(bench.outputs[1]!.length, 2);
  });

  it('closes the last interval by the clock when no more rows come', async () => {
    const bench = await deploy({ ...shop, size: 1, unit: 'm', idleTimeout: 1 });
    const time = Math.floor(Date.now() / 60_000) * 60_000 - 1;
    bench.send({ payload: { ...shopRows(1)[0]!, time } });
    await bench.received(1, 1);
  });

  describe('feedback', () => {
    it('lowers what is like an incident that was not relevant', async () => {
      const troubles = [breakdown, { ...breakdown, from: 260 + 240 }];
      const bench = await deploy();
      const rows = shopRows(520, troubles);
      const cut = rows.findIndex(({ time }) => time >= shopHour(300));
      bench.send({ payload: rows.slice(0, cut) });
      await bench.done(1);
      const [first] = incidentsOf(bench).filter(({ incident }) => incident.since === shopHour(260));
      bench.send({ feedback: { incident: first!.incident.id, relevant: false } });
      bench.send({ payload: rows.slice(cut) });
      await bench.done(3);
      const again = incidentsOf(bench).filter(({ incident }) => incident.since >= shopHour(498));
      assert.ok(
        again.every(({ payload }) => payload.anomalyScore < 0.9 * first!.payload.anomalyScore),
        again.map(({ payload }) => payload.text.short).join(),
      );
    });

    it('names what is wrong with it', async () => {
      const bench = await deploy();
      bench.send({ feedback: { incident: 'none', relevant: true } }, { feedback: { incident: 'x' } });
      const [unknown, incomplete] = await bench.failed(2);
      assert.match(unknown!.message, /^metrics-detector: feedback\.incident must be that of/);
      assert.match(incomplete!.message, /^metrics-detector: feedback\.relevant must be true or false/);
    });
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
        /^metrics-detector: country must be text of at most 1000 characters or a number/,
      ],
      [
        'a value of a dimension without end',
        { country: 'x'.repeat(1001) },
        /^metrics-detector: country must be text of at most 1000 characters or a number/,
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

    it('sums without end: name measure, series and interval, and all others are judged', async () => {
      const bench = await deploy();
      const huge = { ...good, orders: 1e308 };
      bench.send({ payload: [huge, huge, { ...good, country: 'FR' }] }, { flush: true });
      const [failure] = await bench.failed(1);
      assert.match(
        failure!.message,
        /^metrics-detector: orders of DE\|web at 2026-01-05T00:00:00.000Z must be a number that a double can hold, got Infinity/,
      );
      assert.equal(failure!.msg.topic, 'DE|web');
      const [{ payload }] = (await bench.received(1, 1)) as unknown as [PointsMessage];
      assert.deepEqual(
        payload.map(({ measure, dimensions, value }) => [measure, dimensions.country, value]),
        [
          ['orders', 'FR', 1],
          ['latency', 'DE', 2],
          ['latency', 'FR', 2],
        ],
      );
    });

    it('sums without end in history: name the measure, and the others are learned', async () => {
      const bench = await deploy();
      const huge = { ...good, orders: 1e308 };
      const next = { ...good, time: shopHour(1) };
      bench.send({ payload: [huge, huge], train: true }, { payload: next }, { flush: true });
      assert.match((await bench.failed(1))[0]!.message, /orders of DE\|web .* got Infinity/);
      const [{ payload }] = (await bench.received(1, 1)) as unknown as [PointsMessage];
      assert.deepEqual(
        payload.map(({ measure, anomaly }) => [measure, anomaly.warmup?.seen]),
        [
          ['orders', 1],
          ['latency', 2],
        ],
      );
    });

    it('a hundred thousand combinations: takes as many as it has room for, says so, and goes on', async () => {
      const bench = await deploy({ ...shop, maxSeries: 20 });
      const rows = Array.from({ length: 100_000 }, (_, at) => ({ ...good, country: `user ${at}` }));
      bench.send({ payload: rows }, { flush: true });
      const [{ payload }] = (await bench.received(1, 1)) as unknown as [PointsMessage];
      assert.equal(payload.length, 20);
      assert.equal(loggedWarnings().filter((text) => /warning\.refused/.test(text)).length, 1);
    });

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
