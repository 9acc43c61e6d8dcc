import assert from 'node:assert/strict';
import { FakeSource, text } from '../../../helpers/pipelineParts';
import { usePipeline } from '../../../helpers/PipelineBench';

describe('pipeline', () => {
  const bench = usePipeline();

  it('collects nothing before it is told to go', async () => {
    bench.notes.take('a');
    await bench.wait(50);
    assert.deepEqual(bench.saved(), ['', 0]);
  });

  it('collects only when nothing from before the barrier is on its way', async () => {
    bench.pipeline.go();
    const message = bench.send('a');
    await bench.wait(30);
    assert.deepEqual(bench.saved(), ['', 0]);
    message.handOver();
    message.done();
    await bench.settle();
    assert.deepEqual(bench.saved(), ['a', 1]);
    assert.deepEqual(bench.source.told, []);
  });

  it('saves what was sent before the barrier, and lets in afterwards what came later', async () => {
    bench.pipeline.go();
    const before = bench.send('a');
    await bench.wait(12);
    const behind = [bench.send('b'), bench.send('c')];
    assert.deepEqual([bench.source.paused, bench.notes.notes], [false, 'a']);
    before.handOver();
    before.done();
    await bench.settle();
    assert.deepEqual([bench.notes.notes, bench.saved()], ['abc', ['a', 1]]);
    for (const message of behind) {
      message.handOver();
      message.done();
    }
    await bench.wait(12);
    assert.deepEqual(bench.saved(), ['abc', 3]);
  });

  it('notes all sources at the same moment, however far they send on', async () => {
    const other = new FakeSource('other');
    bench.pipeline = bench.piped([bench.member(bench.notes)], [bench.source, other]);
    bench.pipeline.go();
    const before = bench.send('a');
    other.sent = 5;
    await bench.wait(12);
    other.sent = 9;
    before.handOver();
    before.done();
    await bench.settle();
    assert.equal(text(bench.table.partsOf('other', 'source').parts.get('at')?.base), '5');
  });

  it('waits for what a node sends by itself at the moment at which all else is worked off', async () => {
    bench.pipeline.go();
    const message = bench.send('a');
    await bench.wait(12);
    message.handOver();
    // Before those who wait for it have had their turn.
    bench.traffic.entered(bench.traffic.barrier.present);
    bench.notes.take('!');
    message.done();
    await bench.settle();
    assert.deepEqual(bench.saved(), ['', 0]);
    bench.traffic.left(bench.traffic.barrier.present);
    await bench.settle();
    assert.deepEqual(bench.saved(), ['a!', 1]);
  });
});
