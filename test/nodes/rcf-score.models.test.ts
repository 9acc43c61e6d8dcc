/** What rcf-score remembers in Node-RED: in memory, in files, over deploys and under other settings. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import helper from 'node-red-node-test-helper';
import rcfScore from '../../nodes/rcf-score';
import type { Anomaly } from '../../nodes/rcf-score/SeriesModel';
import { Bench, loggedErrors, useNodeRed, type Received } from '../helpers/nodeRed';
import { noise } from '../helpers/noise';

describe('rcf-score remembers', () => {
  useNodeRed();

  let userDir: string;
  beforeEach(() => {
    userDir = mkdtempSync(path.join(os.tmpdir(), 'rcf-models-'));
    helper.settings({ userDir } as never);
  });
  afterEach(async () => {
    await helper.unload();
    rmSync(userDir, { recursive: true });
  });

  const small = { numberOfTrees: 30, subSampleSize: 10, timeDecay: 1000 };
  /** A model takes about 0.3 MB, so that a megabyte holds three. */
  const large = { numberOfTrees: 100, subSampleSize: 60, maxMemory: 1 };
  const topics = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const deploy = async (config: object = {}) => {
    await helper.unload();
    return Bench.deploy(rcfScore, { type: 'rcf-score', ...small, ...config });
  };
  const modelFolder = () => path.join(userDir, 'streamcut', 'models', 'node');
  const forgetAll = async () => {
    await helper.unload();
    rmSync(path.join(userDir, 'streamcut'), { recursive: true, force: true });
  };
  const modelFiles = () => readdirSync(modelFolder());
  const anomalies = (received: Received[]) => received.map((msg) => msg.anomaly as Anomaly);
  const warnings = () =>
    helper
      .log()
      .args.flat()
      .filter((entry: { level: number; type?: string }) => entry.level === 30 && entry.type !== undefined)
      .map((entry: { msg: unknown }) => String(entry.msg));
  const stream = (count: number, topics: readonly string[] = ['a']) => {
    const random = noise(1);
    return Array.from({ length: count }, (_, i) => ({
      topic: topics[i % topics.length]!,
      payload: { ctr: random(), load: random() },
    }));
  };
  /** Sends in parts, with a new deployment before each. */
  const run = async (parts: object[][], configs: object[] = []) => {
    const all: Anomaly[] = [];
    for (const [index, part] of parts.entries()) {
      const bench = await deploy(configs[index] ?? configs[0]);
      bench.send(...part);
      all.push(...anomalies(await bench.received(part.length)));
    }
    return all;
  };

  it('its models over a deploy, with their severity, bit by bit', async () => {
    const messages = stream(120, ['a', 'b']);
    const undisturbed = await run([messages]);
    await forgetAll();
    const interrupted = await run([messages.slice(0, 15), messages.slice(15, 70), messages.slice(70)]);
    assert.deepEqual(interrupted, undisturbed);
    assert.ok(undisturbed.at(-1)!.severity > 0);
  });

  it('what vectors and numbers its series hold', async () => {
    for (const wrap of [(x: number) => [x, 2 * x], (x: number) => x]) {
      const random = noise(2);
      const messages = Array.from({ length: 40 }, () => ({ payload: wrap(random()) }));
      const undisturbed = await run([messages]);
      await forgetAll();
      assert.deepEqual(await run([messages.slice(0, 20), messages.slice(20)]), undisturbed);
      await forgetAll();
    }
  });

  it('nothing when it is not to', async () => {
    await run([stream(5)]);
    const config = { ...large, persist: false };
    const [first] = await run([stream(8, topics)], [config]);
    assert.equal(first!.warmup!.seen, 1);
    assert.ok(modelFiles().length > 0);
    const [again] = await run([stream(1)], [config]);
    assert.equal(again!.warmup!.seen, 1);
    await helper.unload();
    assert.deepEqual(readdirSync(path.dirname(modelFolder())), []);
    assert.equal((await run([stream(1)]))[0]!.warmup!.seen, 1);
  });

  it('more series than its memory holds, and scores them exactly as if it held them all', async () => {
    const messages = stream(640, topics);
    const roomy = await run([messages], [{ ...large, maxMemory: 100 }]);
    await forgetAll();
    const tight = await run([messages], [large]);
    assert.ok(modelFiles().length >= 4, `${modelFiles().length} files`);
    assert.deepEqual(tight, roomy);
  });

  it('no more series than it may, counting those in files', async () => {
    const config = { ...large, maxKeys: 6 };
    const bench = await deploy(config);
    const many = Array.from({ length: 30 }, (_, i) => `t${i}`);
    bench.send(...stream(30, many), { payload: { ctr: 1, load: 1 }, topic: 't29' });
    const received = anomalies(await bench.received(31));
    assert.equal(received[30]!.warmup!.seen, 2);
    assert.ok(warnings().some((text) => /warning\.forgotten|more than 6 series/.test(text)));
    const [kept, forgotten] = await run([[...stream(1, ['t26']), ...stream(1, ['t3'])]], [config]);
    assert.deepEqual([kept!.warmup!.seen, forgotten!.warmup!.seen], [2, 1]);
  });

  it('no series that was reset, on disk or in memory', async () => {
    await run([stream(9, ['a', 'b', 'c'])]);
    const bench = await deploy();
    bench.send({ reset: true, topic: 'a' }, ...stream(2, ['a', 'b']));
    const seen = anomalies(await bench.received(2)).map(({ warmup }) => warmup!.seen);
    assert.deepEqual(seen, [1, 4]);
    bench.send({ reset: true });
    await bench.done(4);
    await helper.unload();
    const after = await run([stream(3, ['a', 'b', 'c'])]);
    assert.deepEqual(
      after.map(({ warmup }) => warmup!.seen),
      [1, 1, 1],
    );
  });

  describe('when settings change', () => {
    it('keeps its models if they do not matter to a model', async () => {
      const [, second] = await run(
        [stream(1), stream(1)],
        [{}, { maxKeys: 5, missing: 'skip', withDirectionality: true, maxMemory: 7, timeDecay: 77 }],
      );
      assert.equal(second!.warmup!.seen, 2);
      assert.deepEqual(warnings(), []);
    });

    it('sets its models aside with a warning if they do, and takes them back when the change is undone', async () => {
      await run([stream(3, ['a', 'b', 'c'])]);
      const [fresh] = await run([stream(1)], [{ numberOfTrees: 20 }]);
      assert.equal(fresh!.warmup!.seen, 1);
      assert.equal(warnings().length, 1);
      assert.match(warnings()[0]!, /setAside/);
      const [back] = await run([stream(1)]);
      assert.equal(back!.warmup!.seen, 2);
      assert.match(warnings()[0]!, /takenBack/);
    });

    for (const change of [
      { fields: ['ctr'] },
      { keyFields: ['ctr'] },
      { shingleSize: 2 },
      { subSampleSize: 11 },
      { transform: 'log1p' },
      { seed: 1 },
    ]) {
      it(`never scores with a model that was learned without ${JSON.stringify(change)}`, async () => {
        const [, second] = await run([stream(1), stream(1)], [{}, change]);
        assert.equal(second!.warmup!.seen, 1);
        assert.match(warnings()[0]!, /setAside/);
      });
    }
  });

  describe('when its node is', () => {
    const tab = { id: 'flow', type: 'tab', label: 'test' };
    const node = { id: 'node', z: 'flow', type: 'rcf-score', ...small, ...large, wires: [] };
    const begin = async () => {
      const bench = await deploy(large);
      bench.send(...stream(8, topics));
      await bench.received(8);
    };

    it('disabled, its models, for when it comes back', async () => {
      await begin();
      await helper.setFlows([tab, { ...node, d: true }] as never, 'nodes');
      assert.equal((await run([stream(1)], [large]))[0]!.warmup!.seen, 2);
    });

    it('deleted, nothing, as Node-RED forgets what such a node had in its context', async () => {
      await begin();
      assert.ok(modelFiles().length > 0);
      await helper.setFlows([tab] as never, 'nodes');
      assert.deepEqual(readdirSync(path.dirname(modelFolder())), []);
    });
  });

  describe('when a file', () => {
    it('is damaged, says so, keeps other series, and learns anew on reset only', async () => {
      const bench = await deploy(large);
      bench.send(...stream(8, topics));
      await bench.received(8);
      for (const file of modelFiles()) writeFileSync(path.join(modelFolder(), file), '');
      bench.send(...stream(2, ['a', 'h']));
      assert.equal(anomalies(await bench.received(9)).at(-1)!.warmup!.seen, 2);
      const { message } = (await bench.failed(1))[0]!;
      assert.match(message, /^rcf-score: the saved model of series "a" cannot be used: /);
      bench.send({ reset: true, topic: 'a' }, ...stream(1));
      assert.equal(anomalies(await bench.received(10)).at(-1)!.warmup!.seen, 1);
    });

    it("stands in its folder's way, refuses to start and answers each message with the reason", async () => {
      await forgetAll();
      writeFileSync(path.join(userDir, 'streamcut'), 'a file in the way');
      const bench = await deploy();
      assert.match(loggedErrors().join('\n'), /rcf-score: the saved state in .* cannot be read/);
      bench.send(...stream(1));
      await bench.failed(1);
      assert.equal(bench.outputs[0]!.length, 0);
    });
  });
});
