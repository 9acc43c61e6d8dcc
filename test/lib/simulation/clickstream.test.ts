import assert from 'node:assert/strict';
import { simulation } from '../../../lib/simulation/simulate';
import type { SimulatedRecord } from '../../../lib/simulation/Scenario';
import { settings } from '../../../nodes/stream-simulator/settings';

const start = Date.parse('2026-01-01T00:00:00Z');

function run(config: object = {}): SimulatedRecord[] {
  const records = simulation('clickstream', settings.parse(config)).records(start);
  const all: SimulatedRecord[] = [];
  for (let next = records.next(); !next.done; next = records.next()) all.push(next.value);
  return all;
}

const isClick = ({ payload }: SimulatedRecord) =>
  (payload as { browseraction: string }).browseraction === 'Click';
const clicksIn = (records: SimulatedRecord[], from: number, to: number) =>
  records.filter((record) => isClick(record) && record.label.pass >= from && record.label.pass < to).length;

/** Four standard deviations of a binomial: a fixed seed outside of them means a wrong rate. */
function assertRate(clicks: number, passes: number, rate: number): void {
  const deviation = Math.abs(clicks - passes * rate);
  assert.ok(deviation <= 4 * Math.sqrt(passes * rate * (1 - rate)), `${clicks} clicks in ${passes} passes`);
}

describe('clickstream', () => {
  it('shows 2500 impressions of the site and nothing but impressions and clicks', () => {
    const records = run();
    assert.equal(records.filter((record) => !isClick(record)).length, 2500);
    assert.deepEqual(records[0]!.payload, {
      browseraction: 'Impression',
      site: 'www.example.com',
      timestamp: start,
    });
  });

  for (const seed of [1, 2, 42, 20_260_101]) {
    it(`is clicked at 10 %, and at 50 % in passes 1950 to 1999, with seed ${seed}`, () => {
      const records = run({ seed });
      assertRate(clicksIn(records, 0, 1950) + clicksIn(records, 2000, 2500), 2450, 0.1);
      assertRate(clicksIn(records, 1950, 2000), 50, 0.5);
    });
  }

  it('labels exactly passes 1950 to 1999 as anomalous', () => {
    const passes = new Set(
      run()
        .filter(({ label }) => label.anomaly)
        .map(({ label }) => label.pass),
    );
    assert.deepEqual([Math.min(...passes), Math.max(...passes), passes.size], [1950, 1999, 50]);
  });

  it('gives the same records for a seed and other clicks for another', () => {
    assert.deepEqual(run({ passes: 300 }), run({ passes: 300 }));
    assert.notDeepEqual(run({ passes: 300 }), run({ passes: 300, seed: 2 }));
  });

  it('clicks otherwise in the next round', () => {
    const records = simulation('clickstream', settings.parse({ passes: 300, repeat: true })).records(start);
    const clicked: [number[], number[]] = [[], []];
    for (let next = records.next(); !next.done && next.value.label.round < 2; next = records.next()) {
      if (isClick(next.value)) clicked[next.value.label.round]!.push(next.value.label.pass);
    }
    assert.ok(clicked[0].length > 0 && clicked[1].length > 0);
    assert.notDeepEqual(clicked[1], clicked[0]);
  });

  it('changes no other pass when an anomaly is injected', () => {
    const normal = run({ passes: 300, anomalies: [] });
    const injected = run({ passes: 300, anomalies: [{ from: 100, length: 100, value: 1 }] });
    const outside = (records: SimulatedRecord[]) =>
      records.filter(({ label }) => label.pass < 100 || label.pass >= 200);
    assert.deepEqual(outside(injected), outside(normal));
    assert.equal(clicksIn(injected, 100, 200), 100);
  });

  it('can fall to no clicks at all, and says that the rate is low', () => {
    const records = run({ passes: 200, anomalies: [{ from: 50, length: 100, value: 0 }] });
    assert.equal(clicksIn(records, 50, 150), 0);
    assert.ok(clicksIn(records, 0, 50) + clicksIn(records, 150, 200) > 0);
    assert.deepEqual(records.find(({ label }) => label.pass === 50)!.label, {
      anomaly: true,
      kind: 'low-ctr',
      pass: 50,
      round: 0,
      target: 'www.example.com',
    });
  });

  it('spaces passes evenly by the pace, a click at the time of its impression', () => {
    const records = run({ passes: 12, pace: 4, clickRate: 1, anomalies: [] });
    assert.deepEqual(
      records.map(({ timestamp }) => timestamp - start),
      Array.from({ length: 24 }, (_, index) => Math.floor(index / 2) * 250),
    );
    assert.ok(
      records.every(({ payload, timestamp }) => (payload as { timestamp: number }).timestamp === timestamp),
    );
  });

  it('spreads passes over several sites and can make one of them anomalous', () => {
    const records = run({
      passes: 1000,
      sites: ['a.example', 'b.example'],
      anomalies: [{ from: 0, length: 1000, value: 1, target: 'b.example' }],
    });
    const impressions = records.filter((record) => !isClick(record));
    const ofB = impressions.filter(({ label }) => label.target === 'b.example');
    assertRate(ofB.length, 1000, 0.5);
    assert.ok(records.every(({ label }) => label.anomaly === (label.target === 'b.example')));
    assert.equal(records.filter((record) => isClick(record) && record.label.anomaly).length, ofB.length);
  });

  it('takes the later of two anomalies that overlap', () => {
    const records = run({
      passes: 30,
      anomalies: [
        { from: 0, length: 20, value: 1 },
        { from: 10, length: 20, value: 0 },
      ],
    });
    assert.deepEqual([clicksIn(records, 0, 10), clicksIn(records, 10, 30)], [10, 0]);
  });
});
