import assert from 'node:assert/strict';
import type { PublishedAttribution } from '../../lib/detection/explanationJson';
import rcfScore from '../../nodes/rcf-score';
import type { Anomaly } from '../../nodes/rcf-score/SeriesModel';
import { Bench } from '../helpers/nodeRed';
import { noise, uniformNoise } from '../helpers/noise';
import { anomaly, messages, records, useRcfScore } from '../helpers/rcfScore';

describe('rcf-score', () => {
  const deploy = useRcfScore();

  it('says 0 and how much it has learned until the sample is full, then scores', async () => {
    const bench = await deploy();
    bench.send(...messages(12));
    const received = await bench.received(12);
    assert.deepEqual(anomaly(received[0]), {
      score: 0,
      severity: 0,
      isAnomaly: false,
      warmup: { seen: 1, needed: 10 },
    });
    assert.deepEqual(anomaly(received[9]).warmup, { seen: 10, needed: 10 });
    assert.equal(anomaly(received[10]).warmup, undefined);
    assert.ok(anomaly(received[10]).score > 0);
    await bench.done(12);
  });

  it('learns for longer by the records that fill the first shingle', async () => {
    const bench = await deploy({ shingleSize: 4 });
    bench.send(...messages(14));
    const received = await bench.received(14);
    assert.deepEqual(anomaly(received[12]).warmup, { seen: 13, needed: 13 });
    assert.ok(anomaly(received[13]).score > 0);
  });

  it('takes defaults for settings that the flow leaves out', async () => {
    const bench = await Bench.deploy(rcfScore, { type: 'rcf-score' });
    bench.send({ payload: 1 });
    assert.deepEqual(anomaly((await bench.received(1))[0]).warmup, { seen: 1, needed: 256 });
  });

  it('leaves payload and everything else in the message as it came', async () => {
    const bench = await deploy();
    bench.send({ payload: { ctr: 1, site: 'a' }, topic: 'shop', note: { kept: true } });
    const [msg] = await bench.received(1);
    assert.deepEqual([msg!.payload, msg!.topic, msg!.note], [{ ctr: 1, site: 'a' }, 'shop', { kept: true }]);
  });

  it('finds what is too high and what is too low, with direction, severity and the guilty field', async () => {
    for (const [ctr, direction] of [
      [90, 'HIGH'],
      [-70, 'LOW'],
    ] as const) {
      const bench = await deploy({ numberOfTrees: 100, subSampleSize: 64, withDirectionality: true });
      bench.send(...messages(400), { payload: { ctr, load: 5 } });
      const received = await bench.received(401);
      const found = anomaly(received[400]);
      const usual = received.slice(64, 400).map((msg) => anomaly(msg));
      assert.ok(found.score > 3 && found.score > Math.max(...usual.map(({ score }) => score)));
      assert.ok(found.isAnomaly && found.severity >= 90, `severity ${found.severity}`);
      assert.ok(usual.filter(({ isAnomaly }) => isAnomaly).length < 10);
      assert.equal(found.direction, direction);
      const { ctr: guilty, load } = found.attribution!;
      assert.equal(guilty!.direction, direction);
      assert.ok(guilty!.score > 5 * load!.score);
      assert.ok(guilty!.strength > 0.9 * guilty!.score && guilty!.strength <= guilty!.score);
      assert.ok(Math.abs(guilty!.score + load!.score - found.score) < 1e-9);
    }
  });

  it('folds the lags of a shingle onto the fields', async () => {
    const bench = await deploy({ shingleSize: 5, withDirectionality: true });
    bench.send(...messages(30));
    const { attribution, score } = anomaly((await bench.received(30))[29]);
    assert.deepEqual(Object.keys(attribution!), ['ctr', 'load']);
    assert.ok(Math.abs(attribution!.ctr!.score + attribution!.load!.score - score) < 1e-9);
  });

  it('explains each record of the shingle, newest first, which together are the fields and the score', async () => {
    const bench = await deploy({ shingleSize: 5, withDirectionality: true, explanation: 'lags' });
    bench.send(...messages(40), { payload: { ctr: 60, load: 5 } });
    const { attribution, lags, score } = anomaly((await bench.received(41))[40]);
    assert.equal(lags!.length, 5);
    for (const field of ['ctr', 'load']) {
      const sum = lags!.reduce((total, lag) => total + lag[field]!.score, 0);
      assert.ok(Math.abs(sum - attribution![field]!.score) < 1e-9);
    }
    assert.ok(lags![0]!.ctr!.score > 0.5 * score, 'the newest record is the strange one');
  });

  it('explains as Kinesis Analytics did, with LOW and zeros while it learns', async () => {
    const bench = await deploy({ withDirectionality: true, explanation: 'published' });
    bench.send(...messages(40), { payload: { ctr: 60, load: 5 } });
    const received = await bench.received(41);
    const zero = { DIRECTION: 'LOW', STRENGTH: '0.0000', ATTRIBUTION_SCORE: '0.0000' };
    assert.deepEqual(received[3]!.anomaly, {
      score: 0,
      severity: 0,
      isAnomaly: false,
      attribution: { ctr: zero, load: zero },
      warmup: { seen: 4, needed: 10 },
    });
    const { attribution, score } = received[40]!.anomaly as Anomaly & {
      attribution: Record<string, PublishedAttribution>;
    };
    assert.equal(attribution.ctr!.DIRECTION, 'HIGH');
    const sum = Number(attribution.ctr!.ATTRIBUTION_SCORE) + Number(attribution.load!.ATTRIBUTION_SCORE);
    assert.ok(Math.abs(sum - score) < 2e-4);
  });

  it('says what the field that stands out should have been, in its own units', async () => {
    for (const transform of ['none', 'log1p']) {
      const config = { expected: 'all', transform, numberOfTrees: 50, subSampleSize: 60 };
      const bench = await deploy(config);
      bench.send(...messages(100), { payload: { ctr: 500, load: 5 } });
      const received = await bench.received(101);
      assert.equal(anomaly(received[59]).expected, undefined);
      const { expected } = anomaly(received[100]);
      assert.deepEqual(Object.keys(expected!), ['ctr']);
      const { value, lower, upper } = expected!.ctr!;
      assert.ok(lower <= value && value <= upper, `${lower} ${value} ${upper}`);
      assert.ok(lower > 7 && upper < 13 && upper - lower > 1, `${lower} to ${upper} around ${value}`);
    }
  });

  it('expects the same of a record in a batch, of anomalies alone if so asked', async () => {
    for (const expected of ['all', 'anomalies']) {
      const bench = await deploy({ expected, shingleSize: 3 });
      const all = [...records(60), { ctr: 500, load: 5 }];
      bench.send(...all.map((record) => ({ payload: { ...record }, topic: 'single' })));
      bench.send({ payload: all.map((record) => ({ ...record })), topic: 'batch' });
      const received = await bench.received(62);
      const batch = (received[61]!.payload as { anomaly: Anomaly }[]).map((record) => record.anomaly);
      assert.deepEqual(
        batch,
        received.slice(0, 61).map((msg) => msg.anomaly),
      );
      assert.ok(batch[60]!.isAnomaly && batch[60]!.expected);
      for (const each of batch.slice(12)) {
        assert.equal(each.expected !== undefined, expected === 'all' || each.isAnomaly);
      }
    }
  });

  it('scores no differently for being asked what it expects', async () => {
    const run = async (expected: string) => {
      const bench = await deploy({ expected, withDirectionality: true });
      bench.send(...messages(100));
      return (await bench.received(100)).map((msg) => ({ ...anomaly(msg), expected: undefined }));
    };
    assert.deepEqual(await run('all'), await run('none'));
  });

  it('explains only on demand, but always names the direction', async () => {
    const bench = await deploy();
    bench.send(...messages(11));
    const found = anomaly((await bench.received(11))[10]);
    assert.equal(found.attribution, undefined);
    assert.match(String(found.direction), /^(HIGH|LOW)$/);
  });

  it('scores a batch exactly as its records one by one', async () => {
    const bench = await deploy({ withDirectionality: true });
    const all = records(40);
    bench.send(...all.map((record) => ({ payload: { ...record }, topic: 'single' })));
    bench.send({ payload: all.map((record) => ({ ...record })), topic: 'batch' });
    const received = await bench.received(41);
    const single = received.slice(0, 40).map((msg) => ({ ...(msg.payload as object), anomaly: msg.anomaly }));
    assert.deepEqual(received[40]!.payload, single);
    await bench.done(41);
  });

  it('scores any batch as its records one by one, whatever series, gaps and faults are mixed in it', async () => {
    const random = uniformNoise(11);
    const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!;
    const faults: unknown[] = [{ site: 'a' }, { site: 'b', ctr: 'x' }, {}, null, 'text'];
    const some = (fault: number) =>
      Array.from({ length: 300 }, () =>
        random() < fault ? pick(faults) : { site: pick(['a', 'b', 'c', 'd', 'e']), ctr: random() },
      );
    for (const [config, all] of [
      [{ keyFields: ['site'], fields: ['ctr'], missing: 'skip', withDirectionality: true }, some(0.1)],
      // Fewer models than series: which one is forgotten must not depend on the batch either.
      [{ keyFields: ['site'], fields: ['ctr'], maxKeys: 3, numberOfTrees: 5 }, some(0.1)],
      [{ keyFields: ['site'], maxKeys: 4, numberOfTrees: 5 }, some(0.1)],
      [{ keyFields: ['site'], maxMemory: 1, numberOfTrees: 1000, subSampleSize: 15 }, some(0)],
    ] as const) {
      const single = await deploy(config);
      single.send(...all.map((payload) => ({ payload: structuredClone(payload) })));
      await single.until(() => single.outputs[0]!.length + single.failures.length === all.length);
      const expected = single.outputs[0]!.map((msg) => msg.anomaly);
      const failures = single.failures.map(({ message }) => message);

      const batch = await deploy(config);
      for (let at = 0; at < all.length; at += 75) {
        batch.send({ payload: all.slice(at, at + 75).map((record) => structuredClone(record)) });
      }
      const received = (await batch.received(4)).flatMap((msg) => msg.payload as { anomaly: Anomaly }[]);
      await batch.failed(failures.length);
      assert.deepEqual(
        received.map((record) => record.anomaly),
        expected,
      );
      assert.deepEqual(
        batch.failures.map(({ message }) => message),
        failures,
      );
    }
  });

  it('learns a batch of history as it would learn its records one by one', async () => {
    const bench = await deploy({ keyFields: ['site'], fields: ['ctr'] });
    const all = records(60).map(({ ctr }, i) => ({ site: `${i % 3}`, ctr }));
    bench.send({ payload: all, train: true });
    bench.send({ payload: { site: '1', ctr: 30 } });
    const [first] = await bench.received(1);
    const other = await deploy({ keyFields: ['site'], fields: ['ctr'] });
    other.send(...all.map((payload) => ({ payload, train: true })));
    other.send({ payload: { site: '1', ctr: 30 } });
    assert.deepEqual((await other.received(1))[0]!.anomaly, first!.anomaly);
    assert.ok(anomaly(first).severity > 0);
  });

  it('reports what it cannot learn of history, record by record', async () => {
    const bench = await deploy({ fields: ['ctr'] });
    bench.send({ payload: [{ ctr: 1 }, { ctr: 'x' }, { ctr: 2 }], train: true }, ...messages(1));
    assert.deepEqual(
      (await bench.failed(1)).map(({ msg }) => msg.payload),
      [{ ctr: 'x' }],
    );
    assert.equal(anomaly((await bench.received(1))[0]).warmup!.seen, 3);
    bench.send({ payload: 'x', train: true });
    assert.match((await bench.failed(2))[1]!.message, /ctr must be/);
  });

  it('puts the anomalies of a batch of vectors into an array beside it', async () => {
    const bench = await deploy();
    const vectors = records(12).map(({ ctr, load }) => [ctr, load]);
    bench.send({ payload: vectors });
    const [msg] = await bench.received(1);
    assert.deepEqual(msg!.payload, vectors);
    const anomalies = msg!.anomaly as Anomaly[];
    assert.equal(anomalies.length, 12);
    assert.deepEqual(anomalies[9]!.warmup, { seen: 10, needed: 10 });
    assert.ok(anomalies[11]!.score > 0);
  });

  it('takes numbers, numeric text and vectors as they are', async () => {
    for (const wrap of [(x: number) => x, String, (x: number) => [x, 2 * x]]) {
      const bench = await deploy();
      const random = noise(3);
      for (let i = 0; i < 12; i++) bench.send({ payload: wrap(20 + random()) });
      assert.ok(anomaly((await bench.received(12))[11]).score > 0);
    }
  });

  it('without fields takes every numeric property of the first record but its timestamp', async () => {
    const bench = await deploy({ withDirectionality: true });
    const random = noise(4);
    for (let i = 0; i < 11; i++) {
      bench.send({
        payload: { b: random(), a: random(), text: 'x', timestamp: i, late: i > 0 ? i : 'none' },
      });
    }
    const found = anomaly((await bench.received(11))[10]);
    assert.deepEqual(Object.keys(found.attribution!), ['a', 'b']);
  });

  it('reads the named fields by their paths, as text too', async () => {
    const bench = await deploy({ fields: ['load.cpu', 'ctr'], withDirectionality: true });
    const random = noise(5);
    for (let i = 0; i < 11; i++)
      bench.send({ payload: { load: { cpu: `${random()}` }, ctr: random(), x: NaN } });
    const found = anomaly((await bench.received(11))[10]);
    assert.deepEqual(Object.keys(found.attribution!), ['load.cpu', 'ctr']);
  });

  it('scores by the logarithm when asked to, so that what matters is the factor', async () => {
    const scores: number[] = [];
    for (const transform of ['none', 'log1p']) {
      const bench = await deploy({ transform, numberOfTrees: 100, subSampleSize: 100 });
      const random = noise(6);
      for (let i = 0; i < 300; i++) bench.send({ payload: Math.exp(12 + 3 * random()) });
      bench.send({ payload: 0 });
      scores.push(anomaly((await bench.received(301))[300]).score);
    }
    assert.ok(scores[1]! > 2 * scores[0]!, scores.join(' against '));
  });

  it('keeps a model for each topic', async () => {
    const bench = await deploy();
    bench.send(...messages(11, { topic: 'a' }), ...messages(2, { topic: 'b' }));
    const received = await bench.received(13);
    assert.ok(anomaly(received[10]).score > 0);
    assert.deepEqual(anomaly(received[12]).warmup, { seen: 2, needed: 10 });
  });

  it('keeps a model for each value of the key fields', async () => {
    const bench = await deploy({ keyFields: ['site'], fields: ['ctr'] });
    bench.send({ payload: ['a', 'b', 'a'].map((site) => ({ site, ctr: 1 })), topic: 'ignored' });
    const payload = (await bench.received(1))[0]!.payload as { anomaly: Anomaly }[];
    assert.deepEqual(
      payload.map((record) => record.anomaly.warmup!.seen),
      [1, 1, 2],
    );
  });

  it('forgets one series or all of them on msg.reset, which goes no further', async () => {
    const bench = await deploy();
    const both = () => [...messages(1, { topic: 'a' }), ...messages(1, { topic: 'b' })];
    bench.send(...both(), { reset: true, topic: 'a' }, ...both(), { reset: true }, ...both());
    const received = await bench.received(6);
    assert.deepEqual(
      received.map((msg) => anomaly(msg).warmup!.seen),
      [1, 1, 1, 2, 1, 1],
    );
    await bench.done(8);
  });

  it('learns history from msg.train, which goes no further, and then scores the very first record', async () => {
    const bench = await deploy();
    const all = records(41);
    bench.send(...all.map((record) => ({ payload: { ...record }, topic: 'live' })));
    bench.send({ payload: all.slice(0, 40), train: true, topic: 'trained' });
    bench.send({ payload: { ...all[40]! }, topic: 'trained' });
    const received = await bench.received(42);
    assert.deepEqual(received[41]!.anomaly, received[40]!.anomaly);
    await bench.done(43);
    assert.equal(bench.outputs[0]!.length, 42);
  });

  it('gives the same scores for the same seed and others for another', async () => {
    const score = async (seed: number) => {
      const bench = await deploy({ seed });
      bench.send(...messages(11));
      return anomaly((await bench.received(11))[10]).score;
    };
    const first = await score(7);
    assert.equal(await score(7), first);
    assert.notEqual(await score(8), first);
  });

  it('lets records without a field pass with a score of 0 when they may lack it', async () => {
    const bench = await deploy({ fields: ['ctr'], missing: 'skip' });
    bench.send(...messages(11), { payload: { impressions: 0 } }, ...messages(1));
    const received = await bench.received(13);
    assert.deepEqual(received[11]!.anomaly, { score: 0, severity: 0, isAnomaly: false, missing: 'ctr' });
    assert.ok(anomaly(received[12]).score > 0);
    bench.send({ payload: { ctr: 'text' } });
    assert.match((await bench.failed(1))[0]!.message, /^rcf-score: ctr must be a finite number, got "text"/);
  });

  it('forgets the series that was quiet longest when there are too many', async () => {
    const bench = await deploy({ maxKeys: 2 });
    for (const topic of ['a', 'b', 'a', 'c', 'a', 'b']) bench.send(...messages(1, { topic }));
    assert.deepEqual(
      (await bench.received(6)).map((msg) => anomaly(msg).warmup!.seen),
      [1, 1, 2, 1, 3, 1],
    );
  });

  it('stays bounded over ten thousand series', async () => {
    const bench = await deploy({ maxKeys: 10, numberOfTrees: 2 });
    for (let key = 0; key < 10_000; key++) bench.send({ payload: key, topic: `key ${key}` });
    bench.send({ payload: 1, topic: 'key 9999' }, { payload: 1, topic: 'key 0' });
    const received = await bench.received(10_002);
    assert.equal(anomaly(received[10_000]).warmup!.seen, 2);
    assert.equal(anomaly(received[10_001]).warmup!.seen, 1);
  });
});
