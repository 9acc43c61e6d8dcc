/** What rcf-score tells checkpoints, and how it goes on from them. */
import assert from 'node:assert/strict';
import type { PartChange } from '../../lib/delivery/checkpoint/Keeping';
import { feed, ScorerBench, seen } from '../helpers/ScorerBench';

describe('rcf-score in checkpoints', () => {
  let bench: ScorerBench;
  beforeEach(() => (bench = new ScorerBench()));
  afterEach(() => bench.close());

  const sizeOf = (change: PartChange) =>
    'append' in change ? change.append.length : 'put' in change ? change.put.length : 0;
  const wasPut = (changes: readonly PartChange[]) => changes.filter((change) => 'put' in change);
  const bytesOfNumber = 8;

  it('tells a series once, and then the numbers of its new records only', () => {
    const scorer = bench.scorer();
    feed(scorer, 'a', 3);
    const [first, ...others] = bench.kept.take(scorer);
    assert.deepEqual([first!.part, others, wasPut([first!]).length], ['now/a', [], 1]);
    feed(scorer, 'a', 4);
    feed(scorer, 'b', 1);
    feed(scorer, 'a', 6);
    const changes = bench.kept.take(scorer);
    assert.deepEqual(
      changes.map(({ part }) => part),
      ['now/a', 'now/b'],
    );
    // The place in the order of use, and two numbers a record.
    assert.deepEqual([wasPut(changes).length, sizeOf(changes[0]!)], [1, (1 + 10 * 2) * bytesOfNumber]);
    assert.deepEqual(bench.kept.take(scorer), []);
    assert.deepEqual(bench.blobs.names(), []);
  });

  it('tells nothing of records that it has not learned', () => {
    const scorer = bench.scorer({ missing: 'skip', fields: ['x', 'y'] });
    scorer.score([{ msg: { topic: 'a' }, record: { x: 1 }, index: -1 }]);
    assert.deepEqual(bench.kept.take(scorer), []);
  });

  it('tells nothing again that the checkpoint had which it was restored from', () => {
    const scorer = bench.scorer();
    feed(scorer, 'a', 3);
    bench.kept.take(scorer);
    const again = bench.restarted();
    assert.deepEqual(bench.kept.take(again), []);
    assert.equal(seen(again, 'a'), 4);
    assert.equal(sizeOf(bench.kept.take(again)[0]!), (1 + 2) * bytesOfNumber);
  });

  it('has a series removed that was reset or had to make room, and not one that came again', () => {
    const scorer = bench.scorer({ maxKeys: 3 });
    for (const topic of ['a', 'b', 'c']) feed(scorer, topic, 2);
    bench.kept.take(scorer);
    scorer.reset('a');
    assert.deepEqual(bench.kept.take(scorer), [{ part: 'now/a', remove: true }]);
    feed(scorer, 'd');
    feed(scorer, 'e');
    scorer.reset('c');
    feed(scorer, 'c');
    const changes = bench.kept.take(scorer);
    assert.deepEqual(
      changes.filter((change) => 'remove' in change),
      [{ part: 'now/b', remove: true }],
    );
    const again = bench.restarted();
    assert.deepEqual(
      ['a', 'b', 'c', 'd', 'e'].map((topic) => seen(again, topic)),
      [1, 1, 2, 2, 2],
    );
    again.reset();
    bench.kept.take(again);
    assert.equal(bench.kept.parts.size, 0);
  });

  it('knows after several restarts which series was used longest ago', () => {
    const first = bench.scorer();
    for (const topic of ['a', 'b', 'c', 'a']) feed(first, topic);
    bench.kept.take(first);
    const second = bench.restarted();
    feed(second, 'b');
    bench.kept.take(second);
    const forgotten: string[] = [];
    const third = bench.restarted({ maxKeys: 3 }, { forgotten: (key) => forgotten.push(key) });
    for (const topic of ['d', 'e', 'f']) feed(third, topic);
    assert.deepEqual(forgotten, ['c', 'a', 'b']);
  });

  it('forgets what it has learned since when its flow goes back to the checkpoint', () => {
    const scorer = bench.scorer();
    feed(scorer, 'a', 3);
    bench.kept.take(scorer);
    feed(scorer, 'a', 3);
    feed(scorer, 'b', 3);
    scorer.restore(bench.kept.parts, scorer.version);
    assert.deepEqual([scorer.series, scorer.live, scorer.byteLength], [1, 0, 0]);
    assert.deepEqual([seen(scorer, 'a'), seen(scorer, 'b')], [4, 1]);
    scorer.restore(new Map(), scorer.version);
    assert.equal(seen(scorer, 'a'), 1);
  });

  it('refuses parts of another version or without a model in them, and goes on with its own', () => {
    const scorer = bench.scorer();
    feed(scorer, 'a', 3);
    bench.kept.take(scorer);
    assert.throws(() => scorer.restore(bench.kept.parts, 7), /the saved models must be of version 1, got 7/);
    const { base } = bench.kept.parts.get('now/a')!;
    const line = base!.subarray(0, base!.indexOf(0x0a) + 1);
    for (const [name, part] of [
      ['now/b', { base: undefined, appended: [new Uint8Array(8)] }],
      ['now/b', { base: Buffer.from('{}\n'), appended: [] }],
      ['now/b', { base: Buffer.from('no line'), appended: [] }],
      ['now/b', { base: line, appended: [new Uint8Array(12)] }],
      ['other/b', { base: line, appended: [] }],
    ] as const) {
      const parts = bench.kept.parts.set(name, part);
      assert.throws(() => scorer.restore(parts, scorer.version), /what was saved as ".*" does not describe/);
    }
    assert.equal(seen(scorer, 'a'), 4);
  });

  it('logs nothing when it is not to remember', () => {
    const scorer = bench.scorer({ persist: false });
    feed(scorer, 'a', 10);
    assert.deepEqual(scorer.changes(), []);
  });
});
