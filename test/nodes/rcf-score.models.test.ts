/** What rcf-score remembers: in memory, in files, over deploys, under other settings, and when files are damaged. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  const deploy = async (config: object = {}) => {
    await helper.unload();
    return Bench.deploy(rcfScore, { type: 'rcf-score', ...small, ...config });
  };
  const modelFolder = () => path.join(userDir, 'streamcut', 'models', 'node');
  const forgetAll = async () => {
    await helper.unload();
    rmSync(modelFolder(), { recursive: true, force: true });
  };
  const modelFiles = (which = 'now') => readdirSync(path.join(modelFolder(), which));
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
    const [first] = await run([stream(1)], [{ persist: false }]);
    assert.equal(first!.warmup!.seen, 1);
    const [again] = await run([stream(1)], [{ persist: false }]);
    assert.equal(again!.warmup!.seen, 1);
    await helper.unload();
    assert.deepEqual(readdirSync(path.dirname(modelFolder())), []);
  });

  it('more series than its memory holds, and scores them exactly as if it held them all', async () => {
    // A model of this size takes about 0.3 MB.
    const large = { numberOfTrees: 100, subSampleSize: 60, persist: true };
    const topics = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const messages = stream(640, topics);
    const roomy = await run([messages], [large]);
    await forgetAll();
    const bench = await deploy({ ...large, maxMemory: 1 });
    bench.send(...messages);
    const tight = anomalies(await bench.received(640));
    assert.ok(modelFiles().length >= 4, `${modelFiles().length} files`);
    assert.deepEqual(tight, roomy);
  });

  it('no more series than it may, counting those in files', async () => {
    const config = { numberOfTrees: 100, subSampleSize: 60, maxMemory: 1, maxKeys: 6 };
    const bench = await deploy(config);
    const topics = Array.from({ length: 30 }, (_, i) => `t${i}`);
    bench.send(...stream(30, topics), { payload: { ctr: 1, load: 1 }, topic: 't29' });
    const received = anomalies(await bench.received(31));
    assert.equal(received[30]!.warmup!.seen, 2);
    assert.ok(warnings().some((text) => /warning\.forgotten|more than 6 series/.test(text)));
    await helper.unload();
    assert.equal(modelFiles().length, 6);
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
      assert.equal(modelFiles('before').length, 3);
      const [back] = await run([stream(1)]);
      assert.equal(back!.warmup!.seen, 2);
      assert.match(warnings()[0]!, /takenBack/);
      await helper.unload();
      assert.deepEqual([modelFiles('before').length, modelFiles().length], [1, 3]);
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
    const node = { id: 'node', z: 'flow', type: 'rcf-score', ...small, wires: [] };
    const begin = async () => {
      const bench = await deploy();
      bench.send(...stream(3));
      await bench.received(3);
    };

    it('disabled, its models, for when it comes back', async () => {
      await begin();
      await helper.setFlows([tab, { ...node, d: true }] as never, 'nodes');
      assert.equal(modelFiles().length, 1);
      assert.equal((await run([stream(1)]))[0]!.warmup!.seen, 4);
    });

    it('deleted, nothing, as Node-RED forgets what such a node had in its context', async () => {
      await begin();
      await helper.setFlows([tab] as never, 'nodes');
      assert.deepEqual(readdirSync(path.dirname(modelFolder())), []);
    });
  });

  describe('when a file is damaged', () => {
    const damage = (change: (bytes: Buffer) => Buffer) => {
      for (const file of modelFiles()) {
        const whole = path.join(modelFolder(), 'now', file);
        writeFileSync(whole, change(readFileSync(whole)));
      }
    };
    const kinds: [string, (bytes: Buffer) => Buffer, RegExp][] = [
      ['cut off', (bytes) => bytes.subarray(0, -100), /bytes must follow its first line/],
      ['empty', () => Buffer.alloc(0), /does not begin as a streamcut-rcf-model does/],
      ['other text', () => Buffer.from('{}\n'), /does not begin as a streamcut-rcf-model does/],
      [
        'changed in its first line',
        (bytes) => Buffer.from(bytes.toString('latin1').replace('"seed":42', '"seed":43'), 'latin1'),
        /the checksum of its first line is wrong/,
      ],
      [
        'changed by one bit',
        (bytes) => {
          bytes[bytes.length - 500]! ^= 4;
          return bytes;
        },
        /checksum is wrong/,
      ],
    ];
    for (const [what, change, expected] of kinds) {
      it(`says so for a file that is ${what}, keeps other series, and learns anew on reset only`, async () => {
        await run([stream(20)]);
        await helper.unload();
        damage(change);
        const bench = await deploy();
        bench.send(...stream(2, ['a', 'b']));
        assert.equal(anomalies(await bench.received(1))[0]!.warmup!.seen, 1);
        const { message } = (await bench.failed(1))[0]!;
        assert.match(message, /^rcf-score: the saved model of series "a" cannot be used: /);
        assert.match(message, expected);
        assert.match(message, /\.bin$/);
        bench.send(...stream(1));
        await bench.failed(2);
        bench.send({ reset: true, topic: 'a' }, ...stream(1));
        assert.equal(anomalies(await bench.received(2))[1]!.warmup!.seen, 1);
      });
    }

    it('refuses to start when the folder cannot be read, and answers each message with the reason', async () => {
      await forgetAll();
      writeFileSync(path.join(userDir, 'streamcut'), 'a file in the way');
      const bench = await deploy();
      assert.match(loggedErrors().join('\n'), /rcf-score: .*error\.unreadable/);
      bench.send(...stream(1));
      await bench.failed(1);
      assert.equal(bench.outputs[0]!.length, 0);
    });
  });
});
