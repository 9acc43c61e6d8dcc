/** rcf-score with several threads: what it finds is what it finds with one. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import { Threads } from '../../lib/random-cut-forest';
import { RcfScore, type Outcome } from '../../nodes/rcf-score/RcfScore';
import { settings } from '../../nodes/rcf-score/settings';
import { borrowThreads } from '../../nodes/rcf-score/sharedThreads';
import { noise } from '../helpers/noise';
import { useRcfScore } from '../helpers/rcfScore';

describe('rcf-score with threads', () => {
  const deploy = useRcfScore();

  /** Records of several series, all in one batch. */
  const batchOf = (count: number, series: number) => {
    const random = noise(count);
    return Array.from({ length: count }, (_, i) => ({ host: `host ${i % series}`, load: random() }));
  };
  const config = { keyFields: ['host'], fields: ['load'], numberOfTrees: 100, withDirectionality: true };

  for (const series of [1, 50]) {
    it(`finds in a batch of ${series} series what it finds with one thread`, async () => {
      const found = async (threads: number) => {
        const bench = await deploy({ ...config, threads });
        bench.send({ payload: batchOf(1000, series), train: true }, { payload: batchOf(1000, series) });
        return (await bench.received(1))[0]!.payload;
      };
      const one = await found(1);
      assert.ok((one as { anomaly: { score: number } }[]).every(({ anomaly }) => anomaly.score > 0));
      assert.deepEqual(await found(3), one);
    });
  }

  it('loses nothing when models go into files in the midst of a batch', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'rcf-threads-'));
    const threads = new Threads(2);
    try {
      const scorerWith = (name: string, kernel?: Threads) => {
        // Room for five models of 50.
        const limits = { ...config, subSampleSize: 64, maxMemory: 2 };
        const files = new BlobFolder(path.join(folder, name));
        return new RcfScore(settings.parse(limits), files, undefined, kernel);
      };
      const [shared, alone] = [scorerWith('shared', threads), scorerWith('alone')];
      for (let times = 0; times < 3; times++) {
        const records = batchOf(1200, 20).sort((a, b) => a.host.localeCompare(b.host));
        const items = records.map((record, index) => ({ msg: {}, record, index }));
        const single: Outcome[] = items.flatMap((item) => alone.score([item]));
        assert.ok(single.every((outcome) => !(outcome instanceof Error)));
        assert.deepEqual(shared.score(items), single);
        assert.ok(shared.live < 10, 'most models are in files');
      }
      shared.close();
      alone.close();
    } finally {
      await threads.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('threads that nodes share', () => {
  it('are the same for the same number, and end with the last node', async () => {
    const [first, second, other] = [borrowThreads(2), borrowThreads(2), borrowThreads(3)];
    assert.equal(first.threads, second.threads);
    assert.notEqual(first.threads, other.threads);
    await first.giveBack();
    assert.ok(second.threads.crewFor(1e9), 'they are there');
    await second.giveBack();
    assert.ok(!second.threads.crewFor(1e9), 'they have ended');
    assert.ok(other.threads.crewFor(1e9), 'others are there');
    const again = borrowThreads(2);
    assert.notEqual(again.threads, first.threads);
    await Promise.all([again.giveBack(), other.giveBack()]);
  });
});
