import assert from 'node:assert/strict';
import { FakeSource } from '../../../helpers/pipelineParts';
import { usePipeline } from '../../../helpers/PipelineBench';

describe('pipeline that goes back', () => {
  const bench = usePipeline();

  it('calls back what is on its way, and is where the last checkpoint was', async () => {
    bench.pipeline.go();
    const first = bench.send('a');
    first.handOver();
    first.done();
    await bench.wait(12);
    const lost = bench.send('b');
    await bench.pipeline.rewind(bench.pipeline.members);
    assert.deepEqual([lost.journey.back, bench.notes.notes, bench.source.sent], [true, 'a', 1]);
    assert.deepEqual([bench.source.ended, bench.source.begun, bench.notes.restores], [1, 1, 1]);
    bench.pipeline.go();
    await bench.wait(30);
    assert.deepEqual(bench.saved(), ['a', 1]);
  });

  it('drops what waits for the outside world to be committed', async () => {
    bench.pipeline.go();
    const waiting = bench.send('a');
    waiting.handOver();
    await bench.wait(12);
    bench.traffic.entered(bench.traffic.barrier.present);
    await bench.pipeline.rewind(bench.pipeline.members);
    waiting.done();
    await bench.settle();
    assert.deepEqual([bench.notes.notes, bench.saved()], ['', ['', 0]]);
  });

  it('leaves those alone that have just been restored', async () => {
    await bench.pipeline.rewind([]);
    assert.equal(bench.notes.restores, 0);
  });

  it('collects nothing of what is half done when nodes are stopped meanwhile', async () => {
    let ended!: () => void;
    bench.source.end = () => new Promise<void>((resolve) => (ended = resolve));
    const rewound = bench.pipeline.rewind(bench.pipeline.members);
    await bench.settle();
    bench.notes.take('half done');
    bench.source.sent = 5;
    bench.pipeline.halt();
    ended();
    await rewound;
    await bench.wait(50);
    assert.deepEqual([bench.saved(), bench.source.paused], [['', 0], true]);
  });

  it('lets no source begin when another cannot', async () => {
    const other = new FakeSource('other');
    other.restore = () => {
      throw new Error('damaged');
    };
    bench.pipeline = bench.piped([bench.member(bench.notes)], [bench.source, other]);
    await assert.rejects(bench.pipeline.rewind(bench.pipeline.members), /damaged/);
    assert.deepEqual([bench.source.begun, other.begun], [0, 0]);
  });
});
