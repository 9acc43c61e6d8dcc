import assert from 'node:assert/strict';
import type { Anomaly } from '../../nodes/rcf-score/SeriesModel';
import { itRefuses } from '../helpers/itRefuses';
import type { Received } from '../helpers/nodeRed';
import { anomaly, messages, useRcfScore } from '../helpers/rcfScore';

describe('rcf-score with bad input', () => {
  const deploy = useRcfScore();

  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const bad: [string, unknown, RegExp][] = [
    ['no payload', undefined, /payload must be a finite number, got undefined/],
    ['null', null, /payload must be .*, got null/],
    ['text', 'much', /payload must be a finite number, got "much"/],
    ['an empty object', {}, /payload must be an object with numeric properties, got an empty object/],
    ['a circular object', circular, /payload must be an object with numeric properties/],
    ['NaN', NaN, /payload must be a finite number, got NaN/],
    ['infinity in a field', { ctr: -Infinity }, /ctr must be a finite number, got -Infinity/],
    ['a vector with a hole', [1, null, 3], /payload\[1\] must be a finite number, got null/],
    ['binary garbage', Buffer.from([1, 2, 255]), /payload must be a finite number, got a buffer of 3 bytes/],
    ['a function', () => 1, /payload must be a finite number, got a function/],
    [
      'more numbers than a model takes',
      Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`f${i}`, i])),
      /payload must be of at most 30 numbers \(31 here\)/,
    ],
    ['a huge vector', new Array(100_000).fill(1), /payload must be of at most 30 numbers/],
  ];
  for (const [what, payload, expected] of bad) {
    it(`reports ${what} by node and field, and takes the next record`, async () => {
      const bench = await deploy();
      bench.send({ payload, topic: 'bad' }, { payload: 5 });
      assert.match((await bench.failed(1))[0]!.message, new RegExp(`^rcf-score: ${expected.source}`));
      assert.deepEqual(anomaly((await bench.received(1))[0]).warmup, { seen: 1, needed: 10 });
    });
  }

  it('leaves a model as it was when a record does not fit it', async () => {
    const scores: Received[][] = [];
    for (const disturbances of [[], [{ ctr: 1 }, { ctr: 'x', load: 1 }, 3, [1, 2], { ctr: NaN, load: 2 }]]) {
      const bench = await deploy();
      const all = messages(20);
      bench.send(...all.slice(0, 15), ...disturbances.map((payload) => ({ payload })), ...all.slice(15));
      await bench.failed(disturbances.length);
      scores.push(await bench.received(20));
    }
    assert.deepEqual(
      scores[1]!.map((msg) => msg.anomaly),
      scores[0]!.map((msg) => msg.anomaly),
    );
  });

  it('reports a bad record of a batch alone and scores the others', async () => {
    const bench = await deploy();
    bench.send({ payload: [{ ctr: 1 }, { ctr: 'x' }, null, { ctr: 2 }] });
    const payload = (await bench.received(1))[0]!.payload as { ctr: number; anomaly: Anomaly }[];
    assert.deepEqual(
      payload.map(({ ctr, anomaly }) => [ctr, anomaly.warmup!.seen]),
      [
        [1, 1],
        [2, 2],
      ],
    );
    const failures = await bench.failed(2);
    assert.deepEqual(
      failures.map(({ msg }) => msg.payload),
      [{ ctr: 'x' }, null],
    );
  });

  it('keeps beside a batch only what was said about the records that were scored', async () => {
    const bench = await deploy();
    bench.send({ payload: [{ ctr: 1 }, { ctr: 'x' }, { ctr: 2 }], kinesis: ['a', 'b', 'c'] });
    assert.deepEqual((await bench.received(1))[0]!.kinesis, ['a', 'c']);
    assert.equal((await bench.failed(1))[0]!.msg.kinesis, 'b');
  });

  it('scores records of a batch that take no further property, in a copy', async () => {
    const bench = await deploy();
    bench.send({ payload: [Object.freeze({ ctr: 1 }), { ctr: 2 }] });
    const payload = (await bench.received(1))[0]!.payload as { ctr: number; anomaly: Anomaly }[];
    assert.deepEqual(
      payload.map(({ ctr, anomaly }) => [ctr, anomaly.warmup!.seen]),
      [
        [1, 1],
        [2, 2],
      ],
    );
  });

  it('scores numbers as large and as small as there are', async () => {
    const bench = await deploy();
    const values = [1e308, -1e308, 5e-324, 0, -0, 1e300, 1e-300, 1, Number.MAX_VALUE, -Number.MAX_VALUE];
    for (let round = 0; round < 5; round++) bench.send(...values.map((payload) => ({ payload })));
    for (const msg of await bench.received(50)) {
      assert.ok(Number.isFinite(anomaly(msg).score));
      assert.ok(anomaly(msg).score <= Math.log2(11));
    }
  });

  const wrong: [object, RegExp][] = [
    [{ numberOfTrees: 0 }, /setting "numberOfTrees" must be a whole number from 1 to 1000, got 0/],
    [{ numberOfTrees: '1001' }, /setting "numberOfTrees" must be a whole number from 1 to 1000, got "1001"/],
    [{ subSampleSize: 9 }, /setting "subSampleSize" must be a whole number from 10 to 1000/],
    [
      { subSampleSize: 100, timeDecay: 100 },
      /setting "subSampleSize" must be smaller than timeDecay \(100\)/,
    ],
    [{ timeDecay: 2 ** 31 }, /setting "timeDecay" must be a whole number from 1 to 2147483647/],
    [{ shingleSize: 31 }, /setting "shingleSize" must be a whole number from 1 to 30/],
    [{ fields: ['a', 'a'] }, /setting "fields" must be different fields, got "a" twice/],
    [{ fields: Array.from({ length: 31 }, (_, i) => `f${i}`) }, /setting "fields" must have 0 to 30 entries/],
    [{ transform: 'sqrt' }, /setting "transform" must be one of none, log1p, got "sqrt"/],
    [{ missing: 'ignore' }, /setting "missing" must be one of error, skip/],
    [{ withDirectionality: 'maybe' }, /setting "withDirectionality" must be true or false/],
    [{ seed: 1.5 }, /setting "seed" must be a whole number/],
    [{ explanation: 'both' }, /setting "explanation" must be one of fields, lags, published/],
    [{ persist: 'maybe' }, /setting "persist" must be true or false/],
    [{ maxMemory: 0 }, /setting "maxMemory" must be a whole number from 1/],
    [{ maxKeys: 0 }, /setting "maxKeys" must be a whole number from 1/],
    [{ threads: 65 }, /setting "threads" must be a whole number from 1 to 64/],
  ];
  itRefuses(wrong, deploy, { payload: 1 });
});
