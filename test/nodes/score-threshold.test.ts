import assert from 'node:assert/strict';
import scoreThreshold from '../../nodes/score-threshold';
import { itRefuses } from '../helpers/itRefuses';
import { Bench, useNodeRed } from '../helpers/nodeRed';

describe('score-threshold', () => {
  useNodeRed();

  const deploy = (config: object = {}) =>
    Bench.deploy(scoreThreshold, { type: 'score-threshold', ...config }, { outputs: 2 });
  const scored = (score: number, more: object = {}) => ({
    payload: { ctr: 10 },
    anomaly: { score },
    ...more,
  });

  it('passes a record over the limit and sends the rest to output 2, both unchanged', async () => {
    const bench = await deploy({ value: 2 });
    bench.send(scored(2.5, { note: 'kept' }), scored(2));
    const [passed] = await bench.received(1, 0);
    const [rest] = await bench.received(1, 1);
    assert.deepEqual([passed!.payload, passed!.anomaly, passed!.note], [{ ctr: 10 }, { score: 2.5 }, 'kept']);
    assert.deepEqual(rest!.anomaly, { score: 2 });
    await bench.done(2);
  });

  it('takes defaults for settings that the flow leaves out', async () => {
    const bench = await deploy();
    bench.send(scored(3.1), scored(2.9));
    await bench.received(1, 0);
    await bench.received(1, 1);
  });

  it('compares any property of the message', async () => {
    const bench = await deploy({ property: 'payload.country', operator: 'contains', value: 'land' });
    bench.send({ payload: { country: 'Finland' } }, { payload: { country: 'Spain' } });
    assert.deepEqual((await bench.received(1, 0))[0]!.payload, { country: 'Finland' });
    assert.deepEqual((await bench.received(1, 1))[0]!.payload, { country: 'Spain' });
  });

  it('passes only the direction that was asked for', async () => {
    const bench = await deploy({ value: 2, direction: 'low' });
    bench.send(
      { payload: 1, anomaly: { score: 3, direction: 'HIGH' } },
      { payload: 2, anomaly: { score: 3, direction: 'LOW' } },
    );
    assert.equal((await bench.received(1, 0))[0]!.payload, 2);
    assert.equal((await bench.received(1, 1))[0]!.payload, 1);
  });

  it('holds back what a learning model scored, even when the condition asks for small scores', async () => {
    const bench = await deploy({ operator: '<', value: 0.1 });
    bench.send(scored(0, { anomaly: { score: 0, warmup: { seen: 3, needed: 12 } } }));
    await bench.received(1, 1);
    assert.equal(bench.outputs[0]!.length, 0);
  });

  it('keeps beside each part of a batch what was said about its records', async () => {
    const bench = await deploy({ value: 2 });
    const payload = [[1], [2], [3]];
    const anomaly = [{ score: 1 }, { score: 5 }, { score: 2 }];
    bench.send({ payload, anomaly, kinesis: ['a', 'b', 'c'] });
    const [passed] = await bench.received(1, 0);
    const [rest] = await bench.received(1, 1);
    assert.deepEqual([passed!.payload, passed!.anomaly, passed!.kinesis], [[[2]], [{ score: 5 }], ['b']]);
    assert.deepEqual(
      [rest!.payload, rest!.anomaly, rest!.kinesis],
      [
        [[1], [3]],
        [{ score: 1 }, { score: 2 }],
        ['a', 'c'],
      ],
    );
  });

  it('compares what was said about a record of a batch beside it', async () => {
    const bench = await deploy({ property: 'kinesis.shardId', operator: '==', value: 'two' });
    bench.send({ payload: [{ id: 1 }, { id: 2 }], kinesis: [{ shardId: 'one' }, { shardId: 'two' }] });
    assert.deepEqual((await bench.received(1, 0))[0]!.payload, [{ id: 2 }]);
  });

  it('splits a batch exactly as its records would split one by one', async () => {
    const bench = await deploy({ value: 2, cooldown: 0 });
    const records = [1, 5, 2, 7].map((score, id) => ({ id, anomaly: { score } }));
    bench.send({ payload: records, topic: 'batch' });
    const [passed] = await bench.received(1, 0);
    const [rest] = await bench.received(1, 1);
    assert.deepEqual(passed!.payload, [records[1], records[3]]);
    assert.deepEqual(rest!.payload, [records[0], records[2]]);
    assert.equal(rest!.topic, 'batch');
    await bench.done(1);
  });

  it('tells an incident once per key and again after a quiet cool-down', async () => {
    const bench = await deploy({ value: 2, cooldown: 60_000 });
    const at = (topic: string, seconds: number) => scored(3, { topic, timestamp: seconds * 1000 });
    bench.send(at('a', 0), at('a', 30), at('a', 80), at('b', 80), at('a', 141));
    const passed = await bench.received(3, 0);
    assert.deepEqual(
      passed.map(({ topic, timestamp }) => [topic, timestamp]),
      [
        ['a', 0],
        ['b', 80_000],
        ['a', 141_000],
      ],
    );
    assert.equal((await bench.received(2, 1)).length, 2);
  });

  it('starts a new incident after msg.reset, for the topic that it names', async () => {
    const bench = await deploy({ value: 2, cooldown: 60_000 });
    const at = (topic: string, seconds: number) => scored(3, { topic, timestamp: seconds * 1000 });
    bench.send(at('a', 0), at('b', 0), { reset: true, topic: 'a' }, at('a', 1), at('b', 1));
    assert.deepEqual(
      (await bench.received(3, 0)).map(({ topic }) => topic),
      ['a', 'b', 'a'],
    );
    assert.equal((await bench.received(1, 1)).length, 1);
  });

  it('keys incidents by fields of the record', async () => {
    const bench = await deploy({ value: 2, cooldown: 60_000, keyFields: ['site', 'page'] });
    const visit = (site: string, page: string) => ({
      payload: { site, page },
      anomaly: { score: 3 },
      timestamp: 0,
    });
    bench.send(visit('a', 'b|c'), visit('a|b', 'c'), visit('a', 'b|c'));
    assert.equal((await bench.received(2, 0)).length, 2);
    await bench.received(1, 1);
  });

  describe('bad input', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const bad: Record<string, object> = {
      'no anomaly at all': { payload: 1 },
      'a score that is NaN': { payload: 1, anomaly: { score: NaN } },
      'a score that is text': { payload: 1, anomaly: { score: 'high' } },
      'an anomaly that is a buffer': { payload: 1, anomaly: Buffer.from([1, 2, 3]) },
      'a circular anomaly': { payload: 1, anomaly: circular },
    };
    for (const [what, message] of Object.entries(bad)) {
      it(`reports ${what} by node and field, and takes the next record`, async () => {
        const bench = await deploy({ value: 2 });
        bench.send(message, scored(3));
        const [failure] = await bench.failed(1);
        assert.match(failure!.message, /^score-threshold: anomaly\.score must be .*, got /);
        await bench.received(1, 0);
      });
    }

    it('reports a bad record of a batch alone and lets the others through', async () => {
      const bench = await deploy({ value: 2 });
      const good = { anomaly: { score: 3 } };
      bench.send({ payload: [good, { anomaly: {} }, null, 'text'] });
      assert.deepEqual((await bench.received(1, 0))[0]!.payload, [good]);
      const failures = await bench.failed(3);
      assert.deepEqual(
        failures.map(({ msg }) => msg.payload),
        [{ anomaly: {} }, null, 'text'],
      );
    });

    it('keeps memory bounded over more keys than it may hold', async () => {
      const bench = await deploy({ value: 2, cooldown: 60_000, maxKeys: 10 });
      for (let key = 0; key < 10_000; key++) bench.send(scored(3, { topic: `key ${key}`, timestamp: key }));
      bench.send(
        scored(3, { topic: 'key 0', timestamp: 10_000 }),
        scored(3, { topic: 'key 9999', timestamp: 10_000 }),
      );
      await bench.received(10_001, 0);
      await bench.received(1, 1);
    });

    const wrong: [object, RegExp][] = [
      [{ operator: 'like' }, /setting "operator" must be one of .*, got "like"/],
      [{ operator: '>', value: 'much' }, /setting "value" must be a number, got "much"/],
      [{ operator: 'matches', value: '(' }, /setting "value" must be a regular expression/],
      [{ cooldown: -1 }, /setting "cooldown" must be a whole number from 0/],
      [{ property: '' }, /setting "property" is required/],
    ];
    itRefuses(wrong, deploy, scored(9));
  });
});
