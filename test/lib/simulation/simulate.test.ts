import assert from 'node:assert/strict';
import { simulation } from '../../../lib/simulation/simulate';
import type { ScenarioName, SimulatedRecord } from '../../../lib/simulation/Scenario';
import { settings } from '../../../nodes/stream-simulator/settings';

const start = Date.parse('2026-01-01T00:00:00Z');

function take(
  count: number,
  config: { scenario: ScenarioName; [setting: string]: unknown },
): SimulatedRecord[] {
  const records = simulation(config.scenario, settings.parse(config)).records(start);
  const taken: SimulatedRecord[] = [];
  for (let next = records.next(); !next.done && taken.length < count; next = records.next())
    taken.push(next.value);
  return taken;
}

describe('simulation', () => {
  for (const scenario of ['clickstream', 'vpc-flow-logs'] as const) {
    describe(`of ${scenario}`, () => {
      const config = { scenario, passes: 10, corruptRate: 0, anomalies: [{ from: 4, length: 1, value: 1 }] };

      it('repeats with time that goes on and anomalies at the same passes', () => {
        const rounds = take(300, { ...config, repeat: true });
        const times = rounds.map(({ timestamp }) => timestamp);
        assert.deepEqual(
          times,
          [...times].sort((a, b) => a - b),
        );
        const timesOf = (round: number) => [
          ...new Set(
            rounds
              .filter(({ label }) => label.round === round && label.kind !== 'control')
              .map(({ timestamp }) => timestamp),
          ),
        ];
        const length = scenario === 'clickstream' ? 2000 : 600_000;
        assert.deepEqual(
          timesOf(1),
          timesOf(0).map((time) => time + length),
        );
        const anomalous = new Set(rounds.filter(({ label }) => label.anomaly).map(({ label }) => label.pass));
        assert.deepEqual([...anomalous], [4]);
      });

      it('ends after its passes when it does not repeat', () => {
        const records = take(1000, config);
        assert.ok(records.length < 100);
        assert.equal(records.at(-1)!.label.pass, 9);
      });

      it('injects nothing into an empty list of anomalies', () => {
        assert.ok(
          take(20_000, { ...config, passes: 2000, interfaces: ['eni-1'], anomalies: [] }).every(
            ({ label }) => !label.anomaly,
          ),
        );
      });
    });
  }

  const impossible: [ScenarioName, object, RegExp][] = [
    ['clickstream', { value: 1.5 }, /setting "anomalies\[0\]\.value" must be a number from 0 to 1, got 1\.5/],
    [
      'clickstream',
      { target: 'eni-1' },
      /setting "anomalies\[0\]\.target" must be one of www\.example\.com, got "eni-1"/,
    ],
    ['vpc-flow-logs', { target: 'www.example.com' }, /setting "anomalies\[0\]\.target" must be one of eni-/],
  ];
  for (const [scenario, anomaly, expected] of impossible) {
    it(`refuses ${JSON.stringify(anomaly)} in ${scenario}`, () => {
      const options = settings.parse({ anomalies: [anomaly] });
      assert.throws(() => simulation(scenario, options), expected);
    });
  }
});
