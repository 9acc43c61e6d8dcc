import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import { MetricsDetector, type Outcome } from '../../nodes/metrics-detector/MetricsDetector';
import { learningOf, settings, type Unit } from '../../nodes/metrics-detector/settings';
import { playRows } from '../helpers/playRows';
import { shopHour, shopRows, type ShopRow, type Trouble } from '../helpers/shopRows';

const hour = 3_600_000;
const shop = {
  measures: [{ name: 'orders', fn: 'SUM', field: 'orders' }],
  dimensions: ['country', 'platform'],
  size: 1,
  unit: 'h',
  timeField: 'time',
};
/** The orders of a country break away while it is learned, and again later. */
const early: Trouble = { from: 250, length: 3, country: 'DE', orders: 0.2 };
const late: Trouble = { ...early, from: 340 };

describe('metrics-detector while it learns', () => {
  let folder: string;
  let detector: MetricsDetector | undefined;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'learning-'))));
  afterEach(() => {
    detector?.close();
    rmSync(folder, { recursive: true });
  });

  const begin = (config: object = {}) => {
    detector = new MetricsDetector(settings.parse({ ...shop, ...config }), new BlobFolder(folder), {
      sender: 'test',
      events: { at: () => undefined },
    });
    return detector;
  };
  const opened = (outcomes: readonly Outcome[]) =>
    outcomes
      .flatMap(({ incidents }) => incidents)
      .filter(({ incident }) => incident.state === 'open')
      .map(({ incident }) => (incident.since - shopHour(0)) / hour);
  const verdictsAt = (outcomes: readonly Outcome[], at: number, country: string) =>
    outcomes
      .flatMap(({ points }) => points?.payload ?? [])
      .filter(({ timestamp, dimensions }) => timestamp === shopHour(at) && dimensions.country === country)
      .map(({ anomaly }) => anomaly);
  const upTo = (hours: number, rows: readonly ShopRow[]) => rows.filter(({ time }) => time < shopHour(hours));

  it('makes no incident of what is strange, but says so of each series, and how far it is', () => {
    const outcomes = playRows(begin(), shopRows(350, [early, late]));
    assert.deepEqual(opened(outcomes), [340]);
    for (const { isAnomaly, severity, suppressed, warmup } of verdictsAt(outcomes, 250, 'DE')) {
      assert.ok(severity >= 75, String(severity));
      assert.deepEqual([isAnomaly, suppressed, warmup], [false, 'learning', { seen: 251, needed: 300 }]);
    }
    const seen = [299, 300].map((at) => verdictsAt(outcomes, at, 'DE')[0]!.warmup?.seen);
    assert.deepEqual(seen, [300, undefined]);
    assert.ok(verdictsAt(outcomes, 340, 'DE').every(({ isAnomaly }) => isAnomaly));
  });

  it('says how far the last series is', () => {
    const rows = shopRows(110).filter(({ country, time }) => country !== 'FR' || time >= shopHour(30));
    const { learning, seen, needed } = (playRows(begin(), rows), detector!.load);
    assert.deepEqual({ learning, seen, needed }, { learning: 6, seen: 79, needed: 300 });
  });

  it('counts history, so that the first rows after it make incidents', () => {
    const rows = shopRows(330, [{ ...early, from: 305 }]);
    const history = upTo(300, rows);
    playRows(begin(), history, { train: true });
    assert.deepEqual(opened(playRows(detector!, rows.slice(history.length))), [305]);
  });

  it('learns a series that comes later for as long, and tells of the others meanwhile', () => {
    const trouble: Trouble = { from: 450, length: 3, orders: 0.2 };
    const rows = shopRows(455, [trouble]).filter(
      ({ country, time }) => country !== 'DE' || time >= shopHour(250),
    );
    const outcomes = playRows(begin(), rows);
    assert.deepEqual(opened(outcomes), [450]);
    const [message] = outcomes.flatMap(({ incidents }) => incidents);
    const countries = message!.payload.impactedMetric.relevantTimeSeries.map(({ timeSeriesId }) =>
      timeSeriesId.slice(0, 2),
    );
    assert.deepEqual([...new Set(countries)].sort(), ['FR', 'US']);
  });

  it('takes no outage that begins meanwhile for one that people know of', () => {
    const rows = shopRows(420).filter(({ country, time }) => {
      const at = (time - shopHour(0)) / hour;
      return country !== 'DE' || !((at >= 200 && at < 205) || (at >= 380 && at < 385));
    });
    assert.deepEqual(opened(playRows(begin(), rows)), [380]);
  });

  it('learns as long as it is told, from its 100th interval on', () => {
    const told = (config: object) => {
      const outcomes = playRows(begin(config), shopRows(350, [{ ...early, from: 150 }, late]));
      detector!.close();
      return opened(outcomes);
    };
    assert.ok(told({ learnFor: 100 }).includes(150));
    assert.deepEqual(told({ learnFor: 345 }), []);
  });

  it('learns for 300 intervals, or for two weeks where that is less', () => {
    const learning = (size: number, unit: Unit, more: object = {}) =>
      learningOf(settings.parse({ size, unit, ...more }));
    assert.deepEqual(
      [learning(1, 'm'), learning(5, 'm'), learning(1, 'h'), learning(2, 'h'), learning(1, 'd')],
      [300, 300, 300, 168, 100],
    );
    assert.equal(learning(1, 'h', { learnFor: 500 }), 500);
    for (const learnFor of [99, 150.5, 'long']) {
      assert.throws(() => settings.parse({ learnFor }), /learnFor/, String(learnFor));
    }
  });
});
