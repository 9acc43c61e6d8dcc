import assert from 'node:assert/strict';
import type { Keeping } from '../../../../lib/delivery/checkpoint/Keeping';
import { Pipeline } from '../../../../lib/delivery/checkpoint/Pipeline';
import { States } from '../../../../lib/delivery/checkpoint/States';
import { Notes } from '../../../helpers/pipelineParts';
import { usePipeline } from '../../../helpers/PipelineBench';

describe('commits of a pipeline', () => {
  const bench = usePipeline();

  it('does not let what came behind the barrier hold a commit up', async () => {
    bench.pipeline.go();
    const before = bench.send('a');
    await bench.wait(12);
    bench.send('b').handOver();
    before.handOver();
    before.done();
    await bench.settle();
    assert.deepEqual(bench.saved(), ['a', 1]);
  });

  it('stops the sources only while too much waits for the disk', async () => {
    let written!: () => void;
    let writes = 0;
    bench.disk = () =>
      writes++ === 0 ? Promise.reject(new Error('no room')) : new Promise((resolve) => (written = resolve));
    bench.pipeline.go();
    bench.notes.take('a'.repeat(65 * 1024 * 1024));
    await bench.wait(24);
    assert.equal(bench.source.paused, true);
    written();
    await bench.settle();
    assert.equal(bench.source.paused, false);
  });

  it('commits when the outside world has what was sent, and not what came later', async () => {
    bench.pipeline.go();
    const first = bench.send('a');
    first.handOver();
    await bench.wait(12);
    assert.equal(bench.source.paused, false);
    const second = bench.send('b');
    second.handOver();
    await bench.wait(50);
    assert.deepEqual(bench.saved(), ['', 0]);
    first.done();
    await bench.settle();
    assert.deepEqual(bench.saved(), ['a', 1]);
    second.done();
    await bench.wait(12);
    assert.deepEqual(bench.saved(), ['ab', 2]);
  });

  it('commits nothing for a scope that has gone to another instance meanwhile', async () => {
    const states = new States<Keeping>(() => new Notes());
    states.open('shard');
    bench.source.positions = () => new Map([['shard', [{ part: 'at', put: Buffer.from('1') }]]]);
    const committed: string[] = [];
    const commit = (scope: string) => () => Promise.resolve(void committed.push(scope));
    const owner = { id: 'notes', identity: 'notes', type: 'notes', states };
    const ledgerOf = (scope: string) => ({ table: bench.table, commit: commit(scope) });
    bench.pipeline = new Pipeline([owner], [bench.source], ledgerOf, bench.clock);
    bench.traffic = bench.pipeline.traffic;
    bench.pipeline.go();
    const first = bench.send('a');
    await bench.wait(12);
    bench.pipeline.forget('shard');
    first.handOver();
    await bench.settle();
    first.done();
    await bench.settle();
    assert.deepEqual(committed, []);
    const second = bench.send('b');
    second.handOver();
    await bench.wait(12);
    bench.pipeline.forget('shard');
    second.done();
    await bench.settle();
    assert.deepEqual(committed, []);
    await bench.wait(12);
    assert.deepEqual(committed, ['shard']);
  });

  it('tries again what the disk did not take, with what has come since, and says so meanwhile', async () => {
    const full = new Error('no room');
    bench.disk = () => Promise.reject(full);
    bench.pipeline.go();
    bench.notes.take('a');
    await bench.wait(12);
    bench.notes.take('b');
    bench.source.sent = 2;
    await bench.wait(30);
    assert.deepEqual(bench.saved(), ['', 0]);
    assert.deepEqual(
      bench.source.told.map(({ error }) => error),
      [full],
    );
    bench.disk = () => Promise.resolve();
    await bench.wait(12);
    assert.deepEqual(bench.saved(), ['ab', 2]);
    assert.equal(bench.source.told[1]?.error, undefined);
  });

  it('does not wait for ever for what cannot be committed', async () => {
    bench.disk = () => new Promise(() => undefined);
    bench.pipeline.go();
    bench.notes.take('a');
    bench.pipeline.halt();
    const settled = bench.pipeline.settled(500).then(() => 'settled');
    await bench.wait(499);
    assert.equal(await Promise.race([settled, Promise.resolve('waiting')]), 'waiting');
    await bench.wait(2);
    assert.equal(await settled, 'settled');
  });
});
