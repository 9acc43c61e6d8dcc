import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
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

  it('takes a record without its value for neither an anomaly nor the end of one', async () => {
    const missing = scored(0, { anomaly: { score: 0, severity: 0, missing: 'ctr' } });
    const small = await deploy({ operator: '<', value: 0.1 });
    small.send(missing);
    await small.received(1, 1);
    assert.equal(small.outputs[0]!.length, 0);
    await helper.unload();
    const bench = await deploy({ value: 2, tellEnd: true });
    bench.send(scored(3), missing, scored(3), scored(1));
    const told = await bench.received(2, 0);
    assert.deepEqual(
      told.map(({ incident }) => (incident as { state: string }).state),
      ['open', 'close'],
    );
    assert.deepEqual(
      (await bench.received(2, 1)).map(({ suppressed }) => suppressed),
      [undefined, 'same-incident'],
    );
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

  it('compares the severity, whatever the property, and passes one that is just high enough', async () => {
    const bench = await deploy({ compare: 'severity', severity: 50 });
    const severe = (severity: number) => ({ payload: severity, anomaly: { score: 0, severity } });
    bench.send(severe(49.9), severe(50));
    assert.equal((await bench.received(1, 0))[0]!.payload, 50);
    assert.equal((await bench.received(1, 1))[0]!.payload, 49.9);
  });

  it('asks for a severity of 75, about one record in 1,000, when none is given', async () => {
    const bench = await deploy({ compare: 'severity' });
    bench.send({ anomaly: { severity: 74.9 } }, { anomaly: { severity: 75 } });
    assert.deepEqual((await bench.received(1, 0))[0]!.anomaly, { severity: 75 });
  });

  it('takes so many anomalies among the last records of a key', async () => {
    const bench = await deploy({ value: 2, breaches: 2, outOf: 3 });
    const of = (topic: string, score: number) => scored(score, { topic });
    bench.send(of('a', 3), of('b', 3), of('a', 1), of('a', 4), of('a', 1), of('a', 1), of('a', 5));
    const rest = await bench.received(6, 1);
    assert.deepEqual(
      bench.outputs[0]!.map(({ topic, anomaly }) => [topic, anomaly]),
      [['a', { score: 4 }]],
    );
    assert.deepEqual(
      rest.map(({ suppressed }) => suppressed),
      ['too-few', 'too-few', undefined, undefined, undefined, 'too-few'],
    );
  });

  describe('with incidents', () => {
    const at = (seconds: number, score: number) => scored(score, { topic: 'a', timestamp: seconds * 1000 });
    const story = [at(0, 4), at(1, 2.5), at(2, 9), at(3, 3.5), at(4, 1.5), at(5, 4)];
    const all = { value: 3, clearValue: 2, escalateBy: 5, tellEnd: true };
    const summary = (incident: unknown) => {
      const { state, since, until, peak, count, escalation } = incident as Record<string, unknown>;
      return [state, since, until, peak, count, escalation];
    };
    const told = [
      ['open', 0, undefined, 4, 1, 0],
      ['update', 0, undefined, 9, 2, 1],
      ['close', 0, 3000, 9, 3, 1],
      ['open', 5000, undefined, 4, 1, 0],
    ];

    it('tells when one begins, gets worse, and ends beyond its clearing value', async () => {
      const bench = await deploy(all);
      bench.send(...story);
      const rest = await bench.received(2, 1);
      assert.deepEqual(
        bench.outputs[0]!.map(({ incident }) => summary(incident)),
        told,
      );
      assert.deepEqual(
        rest.map(({ timestamp, suppressed }) => [timestamp, suppressed]),
        [
          [1000, undefined],
          [3000, 'same-incident'],
        ],
      );
    });

    it('says of the records of a batch what it would say of each alone', async () => {
      const bench = await deploy(all);
      bench.send({
        topic: 'a',
        payload: story.map(({ anomaly }, second) => ({ anomaly, timestamp: second * 1000 })),
      });
      const [rest] = await bench.received(1, 1);
      const [passed] = bench.outputs[0]!;
      assert.deepEqual((passed!.incident as object[]).map(summary), told);
      assert.deepEqual(
        (passed!.payload as { timestamp: number }[]).map(({ timestamp }) => timestamp),
        [0, 2000, 4000, 5000],
      );
      assert.deepEqual(rest!.suppressed, [null, 'same-incident']);
    });

    it('sends the record that ends one incident and begins the next as two messages', async () => {
      const bench = await deploy({ value: 3, cooldown: 1000, tellEnd: true });
      bench.send(at(0, 4), at(10, 5));
      const messages = await bench.received(3, 0);
      assert.deepEqual(
        messages.map(({ incident, anomaly }) => [(incident as { state: string }).state, anomaly]),
        [
          ['open', { score: 4 }],
          ['close', { score: 5 }],
          ['open', { score: 5 }],
        ],
      );
      await bench.done(2);
    });

    it('keeps them over a redeploy, with their ids', async () => {
      const first = await deploy(all);
      first.send(at(0, 4));
      const [opened] = await first.received(1, 0);
      await first.done(1);
      await helper.unload();
      const second = await deploy(all);
      second.send(at(1, 5), at(2, 1));
      const [closed] = await second.received(1, 0);
      const { id, state, count } = closed!.incident as Record<string, unknown>;
      assert.deepEqual([id, state, count], [(opened!.incident as { id: string }).id, 'close', 2]);
    });
  });

  it('holds back what is near to what was expected', async () => {
    const bench = await deploy({ value: 2, ignoreAbove: 5, ignoreBelowRatio: 0.1 });
    const off = (ctr: number) => ({
      payload: { ctr },
      anomaly: { score: 3, expected: { ctr: { value: 100, lower: 99, upper: 101 } } },
    });
    bench.send(off(105), off(106), off(90), off(89));
    const passed = await bench.received(2, 0);
    const rest = await bench.received(2, 1);
    assert.deepEqual(
      passed.map(({ payload }) => payload),
      [{ ctr: 106 }, { ctr: 89 }],
    );
    assert.deepEqual(
      rest.map(({ suppressed }) => suppressed),
      ['near-expected', 'near-expected'],
    );
  });

  it('has limits for single keys', async () => {
    const bench = await deploy({
      value: 2,
      overrides: [
        { key: 'quiet/*', operator: '>', value: 5 },
        { key: 'low', operator: '<', value: 1 },
      ],
    });
    const of = (topic: string, score: number) => scored(score, { topic });
    bench.send(of('other', 3), of('quiet/a', 3), of('quiet/b', 6), of('low', 3), of('low', 0.5));
    const passed = await bench.received(3, 0);
    assert.deepEqual(
      passed.map(({ topic }) => topic),
      ['other', 'quiet/b', 'low'],
    );
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

    for (const timestamp of ['soon', NaN, -1e18, {}]) {
      it(`reports a time that is none: ${JSON.stringify(timestamp)}`, async () => {
        const bench = await deploy({ value: 2 });
        bench.send({ ...scored(3), timestamp }, scored(3));
        const [failure] = await bench.failed(1);
        assert.match(failure!.message, /^score-threshold: timestamp must be a time .*, got /);
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
      [{ compare: 'severity', severity: 101 }, /setting "severity" must be a number from 0 to 100/],
      [{ breaches: 3, outOf: 2 }, /setting "breaches" must be a whole number from 1 to 2, got 3/],
      [{ clearValue: 3 }, /setting "clearValue" must be smaller than the value \(3\), got 3/],
      [{ compare: 'severity', clearValue: 80 }, /setting "clearValue" must be smaller than the value \(75\)/],
      [{ escalateBy: 0 }, /setting "escalateBy" must be more than 0, or empty, got 0/],
      [{ ignoreAbove: -1 }, /setting "ignoreAbove" must be a number from 0/],
      [{ overrides: [{ key: 'a', value: 'much' }] }, /setting "overrides\[0\].value" must be a number/],
      [{ calendar: ['daily 25:00'] }, /setting "calendar\[0\]" must be/],
      [{ timeZone: 'Mars' }, /setting "timeZone" must be a time zone such as Europe\/Berlin/],
      [{ overrides: [{ value: 1 }] }, /setting "overrides\[0\].key" is required/],
    ];
    itRefuses(wrong, deploy, scored(9));
  });
});
