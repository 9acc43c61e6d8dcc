import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import { MetricsDetector, type Outcome } from '../../nodes/metrics-detector/MetricsDetector';
import { atOnce } from '../../lib/steps/Steps';
import { settings } from '../../nodes/metrics-detector/settings';
import { shop as scenario } from '../../lib/simulation/shop';
import { settings as simulator } from '../../nodes/stream-simulator/settings';
import { playRows } from '../helpers/playRows';
import { shopHour, shopRows, type ShopRow } from '../helpers/shopRows';

const hour = 3_600_000;
const shop = {
  measures: [
    { name: 'orders', fn: 'SUM', field: 'orders' },
    { name: 'rows', fn: 'COUNT' },
    { name: 'latency', fn: 'AVG', field: 'latency' },
  ],
  dimensions: ['country', 'platform'],
  size: 1,
  unit: 'h',
  timeField: 'time',
  learnFor: 100,
};

describe('metrics-detector and series without rows', () => {
  let folder: string;
  let detector: MetricsDetector | undefined;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'silence-'))));
  afterEach(() => {
    detector?.close();
    rmSync(folder, { recursive: true });
  });

  /** What 320 hours bring of which these rows are left out. */
  const without = (isOut: (row: ShopRow, hour: number) => boolean, config: object = {}) => {
    detector = new MetricsDetector(settings.parse({ ...shop, ...config }), new BlobFolder(folder), {
      sender: 'test',
      events: { at: () => undefined },
    });
    const rows = shopRows(320).filter((row) => !isOut(row, (row.time - shopHour(0)) / hour));
    const outcomes = playRows(detector, rows);
    atOnce(detector.flush((outcome) => void outcomes.push(outcome)));
    return outcomes;
  };
  /** Hours, measures and series of incidents that were opened from an hour on, and when they were closed. */
  const opened = (outcomes: readonly Outcome[], from: number) => {
    const messages = outcomes.flatMap(({ incidents }) => incidents);
    return messages
      .filter(({ incident }) => incident.state === 'open' && incident.since >= shopHour(from))
      .map(({ topic, incident, payload }) => {
        const close = messages.find((one) => one.incident.id === incident.id && one.incident.until);
        return [
          (incident.since - shopHour(0)) / hour,
          topic,
          payload.impactedMetric.relevantTimeSeries
            .map(({ timeSeriesId }) => timeSeriesId)
            .sort()
            .join(),
          close && (close.incident.until! - shopHour(0)) / hour,
        ];
      });
  };
  const pointsOf = (outcomes: readonly Outcome[], key: string, from: number, until: number) =>
    outcomes
      .flatMap(({ points }) => points?.payload ?? [])
      .filter(
        ({ dimensions, timestamp }) =>
          `${dimensions.country}|${dimensions.platform}` === key &&
          timestamp >= shopHour(from) &&
          timestamp < shopHour(until),
      );

  it('finds the outage of a part of the shop, and goes on with the incident until rows come again', () => {
    const outcomes = without(({ country }, at) => country === 'DE' && at >= 250 && at < 270);
    assert.deepEqual(
      opened(outcomes, 250).filter(([since]) => since === 250),
      [
        [250, 'orders', 'DE|ios,DE|web', 269],
        [250, 'rows', 'DE|ios,DE|web', 269],
      ],
    );
  });

  it('tells once of each outage of a shop with days and weeks, and closes it when rows come again', () => {
    detector = new MetricsDetector(
      settings.parse({
        ...shop,
        measures: [{ name: 'orders', fn: 'SUM', field: 'orders' }],
        dimensions: ['country', 'platform'],
        filters: [{ dimension: 'category', values: ['books', 'toys'] }],
      }),
      new BlobFolder(folder),
      { sender: 'test', events: { at: () => undefined } },
    );
    const round = { start: shopHour(0), index: 0, injections: [] };
    const usual = simulator.parse({ passes: 500, interval: 60, seed: 1 });
    const isOut = (country: string, at: number) =>
      (at >= 400 && at < 406 && country === 'FR') || (at >= 440 && at < 445);
    const rows = [...scenario.records(usual, round)]
      .map(({ payload }) => payload as ShopRow)
      .filter(({ country, time }) => !isOut(country, (time - shopHour(0)) / hour));
    const outcomes = playRows(detector, rows);
    atOnce(detector.flush((outcome) => void outcomes.push(outcome)));
    const told = outcomes
      .flatMap(({ incidents }) => incidents)
      .filter(({ incident }) => incident.since >= shopHour(390));
    const seen = (state: string) =>
      told
        .filter(({ incident }) => incident.state === state)
        .map(({ incident: { since, until = NaN }, payload }) => ({
          since: (since - shopHour(0)) / hour,
          until: (until - shopHour(0)) / hour,
          series: payload.impactedMetric.relevantTimeSeries.map(({ timeSeriesId }) => timeSeriesId).sort(),
        }));
    assert.deepEqual(
      seen('open').map(({ since }) => since),
      [400, 440],
    );
    const platforms = ['android', 'ios', 'web'];
    const of = (...countries: string[]) =>
      countries.flatMap((one) => platforms.map((each) => `${one}|${each}`));
    assert.deepEqual(seen('close'), [
      { since: 400, until: 405, series: of('FR') },
      { since: 440, until: 444, series: of('DE', 'FR', 'GB', 'US') },
    ]);
  });

  it('finds the outage of everything, once there are rows again', () => {
    const outcomes = without((_, at) => at >= 250 && at < 255);
    const all = 'DE|ios,DE|web,FR|ios,FR|web,US|ios,US|web';
    assert.deepEqual(
      opened(outcomes, 250).filter(([since]) => since === 250),
      [
        [250, 'orders', all, 254],
        [250, 'rows', all, 254],
      ],
    );
  });

  it('finds the next outage too, and no averages of nothing', () => {
    const outcomes = without(
      ({ country }, at) => country === 'DE' && ((at >= 200 && at < 230) || (at >= 250 && at < 253)),
    );
    assert.deepEqual(
      opened(outcomes, 250)
        .filter(([since]) => since === 250)
        .map(([, ...what]) => what.slice(0, 2)),
      [
        ['orders', 'DE|ios,DE|web'],
        ['rows', 'DE|ios,DE|web'],
      ],
    );
    const measures = pointsOf(outcomes, 'DE|web', 250, 253).map(({ measure }) => measure);
    assert.equal(measures.includes('latency'), false);
  });

  it('does not alarm where a series has no rows every night', () => {
    const outcomes = without(({ country }, at) => country === 'FR' && at % 24 < 6);
    const nights = pointsOf(outcomes, 'FR|web', 240, 320).filter(({ value }) => value === 0);
    assert.equal(nights.length, 2 * 24);
    assert.deepEqual(
      nights.filter(({ anomaly }) => anomaly.isAnomaly),
      [],
    );
  });

  for (const missing of ['previous', 'linear', 'expected', 'forest']) {
    it(`calls nothing an anomaly that stands in for what is missing (${missing})`, () => {
      const outcomes = without(({ country }, at) => country === 'DE' && at >= 250 && at < 270, { missing });
      const stood = pointsOf(outcomes, 'DE|web', 250, 270);
      assert.deepEqual([...new Set(stood.map(({ value }) => value))], [null]);
      assert.equal(stood.length, 3 * 20);
      assert.equal(stood.filter(({ anomaly }) => anomaly.isAnomaly).length, 0);
      assert.deepEqual(
        opened(outcomes, 250).filter(([, , series]) => String(series).includes('DE') && series === 250),
        [],
      );
    });
  }

  it('says nothing of an outage when nothing is to be said', () => {
    const outcomes = without(({ country }, at) => country === 'DE' && at >= 250 && at < 270, {
      missing: 'skip',
    });
    assert.deepEqual(pointsOf(outcomes, 'DE|web', 250, 270), []);
    assert.equal(pointsOf(outcomes, 'DE|web', 270, 320).length, 3 * 50);
  });

  it('forgets a series that has gone for good, and has room for another', () => {
    const config = { maxSeries: 18, keyExpiry: 5, retireAfter: 40 };
    const outcomes = without(
      ({ country }, at) => (country === 'US' ? at < 200 : country === 'DE' && at >= 100),
      {
        ...config,
      },
    );
    assert.equal(detector!.load.series, 4 * 3);
    assert.deepEqual(pointsOf(outcomes, 'DE|web', 105, 320), []);
    assert.equal(detector!.load.refused, 0);
    assert.equal(pointsOf(outcomes, 'US|web', 200, 320).length, 3 * 120);
    detector!.close();
    const full = without(({ country }, at) => (country === 'US' ? at < 120 : country === 'DE' && at >= 100), {
      ...config,
      maxSeries: 12,
    });
    assert.equal(detector!.load.refused, 2 * (140 - 120));
    assert.equal(pointsOf(full, 'US|web', 140, 320).length, 3 * 180);
  });
});
