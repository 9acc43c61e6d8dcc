import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import {
  MetricsDetector,
  type Outcome,
  type Surroundings,
} from '../../nodes/metrics-detector/MetricsDetector';
import { settings } from '../../nodes/metrics-detector/settings';
import { KeptParts } from '../helpers/KeptParts';
import { playRows } from '../helpers/playRows';
import { shopHour, shopRows, type Trouble } from '../helpers/shopRows';

const shop = {
  measures: [
    { name: 'orders', fn: 'SUM', field: 'orders' },
    { name: 'latency', fn: 'AVG', field: 'latency' },
  ],
  dimensions: ['country', 'platform'],
  size: 1,
  unit: 'h',
  timeField: 'time',
  learnFor: 100,
};
const troubles: readonly Trouble[] = [
  { from: 160, length: 2, country: 'DE', latency: 3 },
  { from: 175, length: 4, country: 'DE', orders: 0.2 },
  { from: 190, length: 3, platform: 'web', latency: 4 },
];
/** In two stretches a country has no rows. */
const rows = shopRows(210, troubles).filter(
  ({ country, time }) => country !== 'FR' || !isOut((time - shopHour(0)) / 3_600_000),
);
function isOut(hour: number): boolean {
  return (hour >= 150 && hour < 154) || (hour >= 198 && hour < 203);
}

describe('metrics-detector over restarts', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'metrics-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const begin = (config: object = {}, around: Partial<Surroundings> = {}, place = 'a') =>
    new MetricsDetector(settings.parse({ ...shop, ...config }), new BlobFolder(path.join(folder, place)), {
      sender: 'test',
      events: { at: () => undefined },
      ...around,
    });

  it('goes on bit by bit as if it had not been stopped, wherever that happens', () => {
    const whole = begin({}, {}, 'whole');
    const expected = playRows(whole, rows);
    whole.close();
    for (const stops of [
      [3 * 6],
      [101 * 6 + 2],
      [151 * 6, 176 * 6 + 3, 177 * 6, 199 * 6 - 14, 205 * 6 - 4],
    ]) {
      const kept = new KeptParts();
      let detector = begin();
      const seen: Outcome[] = [];
      let at = 0;
      for (const stop of [...stops, rows.length]) {
        seen.push(...playRows(detector, rows.slice(at, stop)));
        at = stop;
        kept.take(detector);
        detector.close();
        detector = begin();
        detector.restore(kept.parts, detector.version);
      }
      detector.close();
      assert.deepEqual(seen, expected);
      rmSync(path.join(folder, 'a'), { recursive: true, force: true });
    }
    assert.ok(expected.some(({ incidents }) => incidents.length > 0));
  });

  it('gives the same with room in memory for a few models only, which wait in files', () => {
    const roomy = begin({}, {}, 'roomy');
    const some = rows.slice(0, 200);
    const expected = playRows(roomy, some);
    const tight = begin({ maxMemory: 1 }, {}, 'tight');
    const kept = new KeptParts();
    const seen: Outcome[] = [];
    for (let at = 0; at < some.length; at += 40) {
      seen.push(...playRows(tight, some.slice(at, at + 40)));
      kept.take(tight);
      assert.ok(tight.byteLength <= 1e6, `${tight.byteLength}`);
    }
    assert.deepEqual(seen, expected);
    assert.ok(tight.live < roomy.live, `${tight.live} of ${roomy.live}`);
    roomy.close();
    tight.close();
  });

  it('goes back to what was saved last when the flow does', () => {
    const kept = new KeptParts();
    const detector = begin();
    playRows(detector, rows.slice(0, 600));
    kept.take(detector);
    const first = playRows(detector, rows.slice(600));
    detector.restore(kept.parts, detector.version);
    assert.deepEqual(playRows(detector, rows.slice(600)), first);
    detector.close();
  });

  it('begins anew when a setting has changed that decides what a series is, and says which', () => {
    const kept = new KeptParts();
    const before = begin();
    playRows(before, rows.slice(0, 600));
    kept.take(before);
    before.close();
    const dropped: unknown[] = [];
    const after = begin({ dimensions: ['country'] }, { dropped: (...args) => void dropped.push(args) });
    after.restore(kept.parts, after.version);
    assert.deepEqual(dropped, [['dimensions', 6]]);
    assert.equal(after.load.series, 0);
    kept.take(after);
    assert.deepEqual([...kept.parts.keys()].sort(), ['shape', 'time']);
    after.close();
  });

  it('refuses what another version has saved', () => {
    const kept = new KeptParts();
    const detector = begin();
    playRows(detector, rows.slice(0, 60));
    kept.take(detector);
    assert.throws(() => detector.restore(kept.parts, 9), /version 1, got 9/);
    detector.close();
  });

  it('remembers an incident that is going on: it is closed under the same id', () => {
    const kept = new KeptParts();
    const before = begin();
    const opened = playRows(before, rows.slice(0, 178 * 6)).flatMap(({ incidents }) => incidents);
    kept.take(before);
    before.close();
    const open = opened.filter(({ incident }) => incident.since === shopHour(175));
    assert.equal(open[0]!.incident.state, 'open');
    const after = begin();
    after.restore(kept.parts, after.version);
    const later = playRows(after, rows.slice(178 * 6)).flatMap(({ incidents }) => incidents);
    after.close();
    const closed = later.find(({ incident }) => incident.state === 'close');
    assert.equal(closed!.incident.id, open[0]!.incident.id);
  });
});
