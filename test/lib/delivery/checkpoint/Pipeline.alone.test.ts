import assert from 'node:assert/strict';
import { text } from '../../../helpers/pipelineParts';
import { usePipeline } from '../../../helpers/PipelineBench';

describe('pipeline without a source', () => {
  const bench = usePipeline();

  beforeEach(() => (bench.pipeline = bench.piped([bench.member(bench.notes)], [])));

  it('saves every second what has changed, whatever is on its way', async () => {
    bench.pipeline.go();
    bench.notes.take('a');
    bench.traffic.entered(bench.traffic.barrier.present);
    await bench.wait(999);
    assert.deepEqual(bench.saved(), ['', 0]);
    await bench.wait(5);
    assert.deepEqual(bench.saved(), ['a', 0]);
  });

  it('saves nothing of what a node is in the midst of', async () => {
    bench.pipeline.go();
    bench.notes.take('half ');
    const end = bench.work();
    await bench.wait(5000);
    assert.deepEqual(bench.saved(), ['', 0]);
    bench.notes.take('whole');
    end();
    await bench.settle();
    assert.deepEqual(bench.saved(), ['half whole', 0]);
  });

  it('leaves half of something out when it is halted', async () => {
    bench.pipeline.go();
    bench.notes.take('half');
    bench.work();
    bench.pipeline.halt();
    await bench.wait(10);
    assert.deepEqual(bench.saved(), ['', 0]);
  });

  it('hands over, at its end, what the disk did not take', async () => {
    bench.disk = () => Promise.reject(new Error('no room'));
    bench.pipeline.go();
    bench.notes.take('a');
    bench.pipeline.halt();
    const [left] = await bench.pipeline.dispose();
    assert.equal(text((left!.changes[0] as { append: Uint8Array }).append), 'a');
  });
});
