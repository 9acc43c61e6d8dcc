/** When rcf-score writes models to files, which of them it removes, and what it does about damaged ones. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PartChange } from '../../lib/delivery/checkpoint/Keeping';
import { feed, ScorerBench, seen } from '../helpers/ScorerBench';

/** About 0.3 MB, so that a megabyte holds three. */
const large = { numberOfTrees: 100, subSampleSize: 60, maxMemory: 1 };

describe('rcf-score and its files', () => {
  let bench: ScorerBench;
  beforeEach(() => (bench = new ScorerBench()));
  afterEach(() => bench.close());

  const sizeOf = (change: PartChange) =>
    'append' in change ? change.append.length : 'put' in change ? change.put.length : 0;
  const wasPut = (changes: readonly PartChange[]) => changes.filter((change) => 'put' in change);
  const bytesOfNumber = 8;

  describe('writes a model to a file', () => {
    it('after two thousand records, so that there are no more of them to learn again', () => {
      const scorer = bench.scorer();
      for (let records = 0; records < 2000; records += 500) {
        feed(scorer, 'a', 500);
        bench.kept.take(scorer);
      }
      assert.deepEqual(bench.blobs.names(), []);
      feed(scorer, 'a', 1);
      const [change] = bench.kept.take(scorer);
      assert.ok(change && 'put' in change);
      assert.deepEqual([change.blob], bench.blobs.names());
      assert.ok(change.put.length < 1000, `${change.put.length} bytes`);
      feed(scorer, 'a', 500);
      assert.deepEqual(wasPut(bench.kept.take(scorer)), []);
      const expected = feed(scorer, 'a', 100);
      assert.deepEqual(feed(bench.restarted(), 'a', 100), expected);
    });

    it('after five hundred checkpoints that each brought a little', () => {
      const scorer = bench.scorer();
      for (let i = 0; i < 502; i++) {
        feed(scorer, 'a');
        bench.kept.take(scorer);
      }
      assert.deepEqual(bench.blobs.names(), []);
      feed(scorer, 'a');
      bench.kept.take(scorer);
      assert.equal(bench.kept.files.length, 1);
      feed(scorer, 'a');
      assert.deepEqual(wasPut(bench.kept.take(scorer)), []);
    });

    it('at once when so many come between two checkpoints, and keeps one file of them', () => {
      const scorer = bench.scorer();
      for (let i = 0; i < 7; i++) feed(scorer, 'a', 1500);
      assert.equal(bench.blobs.names().length, 1);
      const [change] = bench.kept.take(scorer);
      assert.ok(sizeOf(change!) < 1000 + 2000 * 2 * bytesOfNumber, `${sizeOf(change!)} bytes`);
      assert.deepEqual(bench.kept.files, bench.blobs.names());
      assert.equal(bench.kept.files.length, 1);
      const expected = feed(scorer, 'a', 100);
      assert.deepEqual(feed(bench.restarted(), 'a', 100), expected);
    });

    it('four at most in one checkpoint, those first that have most to learn again', () => {
      const scorer = bench.scorer();
      const counts = { a: 2001, b: 2005, c: 2003, d: 2002, e: 2006, f: 2004 };
      for (const [topic, count] of Object.entries(counts)) feed(scorer, topic, count - 1000);
      bench.kept.take(scorer);
      for (const topic of Object.keys(counts)) feed(scorer, topic, 1000);
      const withFile = (changes: PartChange[]) => wasPut(changes).map(({ part }) => part);
      assert.deepEqual(withFile(bench.kept.take(scorer)).sort(), ['now/b', 'now/c', 'now/e', 'now/f']);
      assert.deepEqual(withFile(bench.kept.take(scorer)).sort(), ['now/a', 'now/d']);
      assert.deepEqual(bench.kept.take(scorer), []);
    });

    it('one in a checkpoint when they are large', () => {
      const scorer = bench.scorer({ numberOfTrees: 100, subSampleSize: 500, shingleSize: 15 });
      for (const topic of ['a', 'b']) feed(scorer, topic, 1001);
      bench.kept.take(scorer);
      for (const topic of ['a', 'b']) feed(scorer, topic, 1000);
      assert.ok(scorer.byteLength > 2 * 8e6, `${scorer.byteLength} bytes`);
      bench.kept.take(scorer);
      assert.equal(bench.kept.files.length, 1);
      bench.kept.take(scorer);
      assert.equal(bench.kept.files.length, 2);
    });

    it('for want of memory, and keeps no more files than series though no checkpoint is taken', () => {
      const scorer = bench.scorer(large);
      const topics = ['a', 'b', 'c', 'd', 'e', 'f'];
      for (let i = 0; i < 5; i++) for (const topic of topics) feed(scorer, topic, 20);
      assert.ok(
        bench.blobs.names().length >= 3 && bench.blobs.names().length <= 6,
        `${bench.blobs.names().length} files`,
      );
      bench.kept.take(scorer);
      const expected = topics.map((topic) => feed(scorer, topic, 20));
      scorer.close();
      const again = bench.restarted(large);
      assert.deepEqual(
        topics.map((topic) => feed(again, topic, 20)),
        expected,
      );
      again.close();
      assert.deepEqual(bench.blobs.names().sort(), bench.kept.files.sort());
    });

    it('under a name that no other model ever had', () => {
      const scorer = bench.scorer();
      feed(scorer, 'a', 2001);
      bench.kept.take(scorer);
      const [first] = bench.kept.files;
      const bytes = bench.blobs.read(first!);
      scorer.reset('a');
      feed(scorer, 'a', 2001, 2);
      scorer.changes();
      assert.equal(bench.blobs.names().length, 2);
      assert.deepEqual(bench.blobs.read(first!), bytes);
    });

    it('that goes with its series when no checkpoint knows it', () => {
      const scorer = bench.scorer();
      for (const topic of ['a', 'b']) feed(scorer, topic, 2001);
      scorer.reset('a');
      assert.equal(bench.blobs.names().length, 1);
      scorer.restore(new Map(), scorer.version);
      assert.deepEqual(bench.blobs.names(), []);
    });

    it('of its own even when it comes to the same state again, as a checkpoint may refer to the file from then', () => {
      const scorer = bench.scorer();
      feed(scorer, 'a', 2001);
      bench.kept.take(scorer);
      scorer.reset('a');
      feed(scorer, 'a', 2001);
      assert.equal(bench.blobs.names().length, 2);
      scorer.reset('a');
      assert.deepEqual(bench.blobs.names(), bench.kept.files);
    });

    it('and does without when it cannot, says so once, and tries again', () => {
      const errors: unknown[] = [];
      const inTheWay = path.join(bench.folder, 'models');
      writeFileSync(inTheWay, '');
      let attempts = 0;
      const write = bench.blobs.write.bind(bench.blobs);
      bench.blobs.write = (name, value) => {
        attempts++;
        write(name, value);
      };
      const scorer = bench.scorer({}, { notWritten: (error) => errors.push(error) });
      feed(scorer, 'a', 2500);
      for (let i = 0; i < 10; i++) feed(scorer, 'a', 100);
      assert.equal(attempts, 1);
      const changes = [...scorer.changes()];
      feed(scorer, 'a', 1);
      changes.push(...scorer.changes());
      assert.equal(errors.length, 1);
      assert.deepEqual(
        changes.map((change) => Object.keys(change).at(-1)),
        ['put', 'append'],
      );
      rmSync(inTheWay);
      feed(scorer, 'a', 1);
      bench.kept.take(scorer);
      assert.equal(bench.kept.files.length, 1);
      const expected = feed(scorer, 'a', 100);
      assert.deepEqual(feed(bench.restarted(), 'a', 100), expected);
    });
  });

  describe('when a file is damaged', () => {
    const another = /not what was written under its name/;
    const kinds: [string, (bytes: Buffer) => Buffer | undefined, RegExp][] = [
      ['gone', () => undefined, /it is gone/],
      ['cut off', (bytes) => bytes.subarray(0, -100), another],
      ['empty', () => Buffer.alloc(0), another],
      [
        'changed by one bit',
        (bytes) => {
          bytes[bytes.length - 500]! ^= 4;
          return bytes;
        },
        another,
      ],
      [
        'that of another series',
        () => {
          const other = new ScorerBench();
          const scorer = other.scorer();
          feed(scorer, 'other', 2002);
          other.kept.take(scorer);
          const bytes = readFileSync(other.blobs.fileOf(other.kept.files[0]!));
          other.close();
          return bytes;
        },
        another,
      ],
    ];
    for (const [what, change, expected] of kinds) {
      it(`says so for a file that is ${what}, keeps other series, and learns anew on reset only`, () => {
        const scorer = bench.scorer();
        feed(scorer, 'a', 2001);
        feed(scorer, 'b', 3);
        bench.kept.take(scorer);
        const file = bench.blobs.fileOf(bench.kept.files[0]!);
        const damaged = change(readFileSync(file));
        if (damaged) writeFileSync(file, damaged);
        else rmSync(file);
        const again = bench.restarted();
        for (let i = 0; i < 2; i++) {
          const [outcome] = feed(again, 'a');
          assert.ok(outcome instanceof Error);
          assert.match(outcome.message, /^the saved model of series "a" cannot be used: /);
          assert.match(outcome.message, expected);
          assert.match(outcome.message, /reset lets it learn anew\. The file is .*\.bin$/);
        }
        assert.equal(seen(again, 'b'), 4);
        again.reset('a');
        assert.equal(seen(again, 'a'), 1);
      });
    }
  });
});
