import assert from 'node:assert/strict';
import { FakeSource } from '../../../helpers/pipelineParts';
import { usePipeline } from '../../../helpers/PipelineBench';

describe('pipeline that is halted', () => {
  const bench = usePipeline();

  it('goes on at once, when it may, with what waited behind a barrier while it was halted', async () => {
    bench.pipeline = bench.piped([bench.member(bench.notes)], [new FakeSource('slow', 1000)]);
    bench.pipeline.go();
    const before = bench.send('a');
    await bench.wait(1005);
    bench.send('b');
    bench.pipeline.halt();
    before.handOver();
    before.done();
    await bench.settle();
    assert.deepEqual([bench.notes.notes, bench.saved()], ['a', ['', 0]]);
    bench.pipeline.go();
    await bench.wait(2);
    assert.equal(bench.notes.notes, 'ab');
    assert.equal(bench.saved()[0], 'a');
  });

  it('makes one checkpoint after the other, however often it is halted and goes on', async () => {
    bench.pipeline.go();
    for (let deploys = 0; deploys < 20; deploys++) {
      // In the middle of one, that waits for a message.
      const message = bench.send('a');
      await bench.wait(11);
      bench.pipeline.halt();
      bench.pipeline.go();
      message.handOver();
      message.done();
      await bench.settle();
    }
    await bench.wait(50);
    bench.source.collections = 0;
    await bench.wait(200);
    assert.ok(bench.source.collections <= 21, `${bench.source.collections} collections in the time of 20`);
    assert.ok(bench.source.collections >= 10, `${bench.source.collections} collections in the time of 20`);
  });

  it('saves, when it is halted, what can be saved of that moment', async () => {
    bench.pipeline.go();
    bench.notes.take('a');
    bench.source.sent = 1;
    bench.pipeline.halt();
    await bench.pipeline.settled(1000);
    assert.deepEqual([bench.saved(), bench.source.paused], [['a', 1], true]);
    bench.send('b');
    bench.pipeline.go();
    bench.pipeline.halt();
    await bench.wait(50);
    assert.deepEqual(bench.saved(), ['a', 1]);
  });
});
