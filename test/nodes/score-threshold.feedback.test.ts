import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import scoreThreshold from '../../nodes/score-threshold';
import { Bench, useNodeRed, type Received } from '../helpers/nodeRed';

const hour = 3_600_000;
const day = 24 * hour;

interface Told {
  readonly id: string;
  readonly state: string;
}

describe('score-threshold with feedback', () => {
  useNodeRed();

  const deploy = (config: object = {}) =>
    Bench.deploy(
      scoreThreshold,
      { type: 'score-threshold', feedback: true, compare: 'severity', severity: 70, ...config },
      { outputs: 2 },
    );
  /** An anomaly at 06:00 of a day, or some hours later. */
  const anomaly = (days: number, more: { direction?: string; hours?: number; topic?: string } = {}) => ({
    topic: more.topic ?? 'a',
    payload: 1,
    timestamp: days * day + (6 + (more.hours ?? 0)) * hour,
    anomaly: { score: 4, severity: 90, direction: more.direction ?? 'HIGH' },
  });
  /** A record an hour later, which ends the incident. */
  const calm = (days: number) => ({
    topic: 'a',
    payload: 1,
    timestamp: days * day + 7 * hour,
    anomaly: { score: 1, severity: 1, direction: 'HIGH' },
  });
  const incidentOf = ({ incident }: Received) => incident as Told;

  async function markAll(bench: Bench, days: number, relevant: boolean): Promise<Told[]> {
    const told: Told[] = [];
    for (let each = 0; each < days; each++) {
      const before = bench.outputs[0]!.length;
      bench.send(anomaly(each), calm(each));
      const rest = each + 1;
      await bench.until(() => bench.outputs.flat().length >= 2 * rest);
      const message = bench.outputs[0]![before];
      if (!message) continue;
      told.push(incidentOf(message));
      bench.send({ feedback: { incident: incidentOf(message).id, relevant } });
    }
    return told;
  }

  for (const [condition, config, alarming, quiet] of [
    ['a value near 0 that falls', { property: 'payload.v', operator: '<', value: 10 }, 0, 20],
    ['a limit of 0', { property: 'payload.v', operator: '>', value: 0 }, 5, 0],
    ['a value far beyond its limit', { property: 'payload.v', operator: '>', value: 1 }, 500, 0],
    ['what is in no order', { property: 'payload.v', operator: '==', value: 'down' }, 'down', 'up'],
  ] as const) {
    it(`silences ${condition} with the tenth mark, at its time of day`, async () => {
      const bench = await deploy({ compare: 'property', ...config });
      const seen = (v: unknown, days: number, hours: number) => ({
        topic: 'a',
        payload: { v },
        timestamp: days * day + hours * hour,
      });
      for (let days = 0; days < 10; days++) {
        bench.send(seen(alarming, days, 6), seen(quiet, days, 7), {
          feedback: { key: 'a', relevant: false },
        });
      }
      await bench.until(() => bench.outputs[1]!.length >= 10);
      bench.outputs[0]!.length = bench.outputs[1]!.length = 0;
      bench.send(seen(alarming, 10, 6), seen(alarming, 10, 14));
      await bench.until(() => bench.outputs.flat().length >= 2);
      assert.deepEqual(
        bench.outputs.map((messages) => messages.map(({ timestamp, suppressed }) => [timestamp, suppressed])),
        [[[10 * day + 14 * hour, undefined]], [[10 * day + 6 * hour, 'feedback']]],
      );
    });
  }

  it('holds back what is like incidents that were marked not relevant, and nothing else', async () => {
    const bench = await deploy();
    const told = await markAll(bench, 5, false);
    // The second mark brings 90 below 70.
    assert.equal(told.length, 2);
    bench.outputs[0]!.length = bench.outputs[1]!.length = 0;
    bench.send(
      anomaly(9),
      calm(9),
      anomaly(10, { direction: 'LOW' }),
      calm(10),
      anomaly(11, { hours: 6 }),
      anomaly(12, { topic: 'b' }),
    );
    const passed = await bench.received(3, 0);
    assert.deepEqual(
      passed.map(({ topic, timestamp, anomaly: said }) => [
        topic,
        (timestamp as number) / hour,
        (said as { direction: string }).direction,
      ]),
      [
        ['a', 246, 'LOW'],
        ['a', 276, 'HIGH'],
        ['b', 294, 'HIGH'],
      ],
    );
    assert.deepEqual(
      (await bench.received(3, 1)).map(({ suppressed }) => suppressed),
      ['feedback', undefined, undefined],
    );
  });

  it('tells what comes close to the limit when incidents like it were marked relevant', async () => {
    const bench = await deploy({ severity: 95 });
    const told = await markAll(bench, 1, true);
    assert.deepEqual(told, []);
    bench.send({ ...anomaly(1), anomaly: { score: 4, severity: 99, direction: 'HIGH' } }, calm(1));
    const [message] = await bench.received(1, 0);
    bench.send({ feedback: { incident: incidentOf(message!).id, relevant: true } }, anomaly(2));
    assert.equal((await bench.received(2, 0))[1]!.timestamp, 2 * day + 6 * hour);
  });

  it('takes back what was said, and remembers the rest over a redeploy', async () => {
    const first = await deploy();
    const told = await markAll(first, 3, false);
    assert.equal(told.length, 2);
    await helper.unload();
    const second = await deploy();
    second.send(anomaly(5), calm(5));
    assert.equal((await second.received(2, 1))[0]!.suppressed, 'feedback');
    second.send({ feedback: { incident: told[0]!.id, undo: true } }, anomaly(6));
    assert.equal(incidentOf((await second.received(1, 0))[0]!).state, 'open');
  });

  it('weighs a score too, and keeps what was marked by key and time', async () => {
    const bench = await deploy({ compare: 'property', value: 3 });
    bench.send(anomaly(0), calm(0), { feedback: { key: 'a', relevant: false } });
    bench.send(anomaly(1), calm(1), { feedback: { key: 'a', time: day + 7 * hour, relevant: false } });
    bench.send(anomaly(2));
    const rest = await bench.received(3, 1);
    assert.equal(bench.outputs[0]!.length, 2);
    assert.equal(rest[2]!.suppressed, 'feedback');
  });

  const wrong: [what: string, config: object, feedback: unknown, expected: RegExp][] = [
    [
      'is to a node that does not learn',
      { feedback: false },
      { key: 'a', relevant: true },
      /feedback must be sent to a node/,
    ],
    [
      'names no incident that was told',
      {},
      { incident: 'x', relevant: true },
      /feedback\.incident must be .*, got "x"/,
    ],
    ['says nothing', {}, { incident: 'x' }, /feedback\.relevant must be true or false/],
  ];
  for (const [what, config, feedback, expected] of wrong) {
    it(`refuses feedback that ${what}`, async () => {
      const bench = await deploy(config);
      bench.send({ feedback });
      assert.match((await bench.failed(1))[0]!.message, expected);
    });
  }
});
