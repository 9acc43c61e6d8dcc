import assert from 'node:assert/strict';
import { FakeSource } from '../../../helpers/pipelineParts';
import { usePipeline } from '../../../helpers/PipelineBench';

describe('pipeline whose messages do not come through', () => {
  const bench = usePipeline();

  it('says who keeps the flow from an exact checkpoint, and takes one of what is done', async () => {
    bench.pipeline.go();
    const first = bench.send('a');
    first.handOver();
    first.done();
    const held = bench.send('b', 'a slow node');
    const told = () => bench.source.told.map(({ guarantee, holder }) => [guarantee, holder]);
    await bench.wait(3005);
    assert.deepEqual(told(), []);
    await bench.wait(6);
    assert.deepEqual(told(), [['at-least-once', 'a slow node']]);
    assert.deepEqual(bench.saved(), ['ab', 1]);
    held.handOver();
    held.done();
    await bench.wait(80);
    assert.deepEqual(told().slice(1), [['exactly-once', undefined]]);
    assert.deepEqual(bench.saved(), ['ab', 2]);
  });

  it('waits as long as a node is in the midst of something, and finds no fault with it', async () => {
    bench.pipeline.go();
    const message = bench.send('a');
    const end = bench.work();
    await bench.wait(60_000);
    assert.deepEqual(bench.saved(), ['', 0]);
    bench.notes.take('b');
    end();
    message.handOver();
    message.done();
    await bench.wait(12);
    assert.deepEqual(bench.saved(), ['ab', 1]);
    assert.deepEqual(bench.source.told, []);
  });

  it('waits also for what a node is in the midst of because of a message that is of no source', async () => {
    bench.pipeline.go();
    bench.notes.take('half ');
    const end = bench.work();
    await bench.wait(100);
    assert.deepEqual(bench.saved(), ['', 0]);
    bench.notes.take('whole');
    end();
    await bench.wait(12);
    assert.deepEqual(bench.saved(), ['half whole', 0]);
  });

  it('waits longer for a flow that goes on, though slowly', async () => {
    bench.pipeline.go();
    const messages = Array.from({ length: 5 }, (_, index) => bench.send(String(index)));
    for (const message of messages) {
      await bench.wait(2500);
      message.handOver();
      message.done();
    }
    await bench.wait(12);
    assert.deepEqual(bench.source.told, []);
    assert.deepEqual(bench.saved(), ['01234', 5]);
  });

  it('does not wait forever for a flow that goes on', async () => {
    bench.pipeline.go();
    const messages = Array.from({ length: 14 }, (_, index) => bench.send(String(index)));
    for (const message of messages.slice(0, -1)) {
      await bench.wait(2500);
      message.handOver();
      message.done();
    }
    assert.deepEqual(
      bench.source.told.map(({ guarantee }) => guarantee),
      ['at-least-once'],
    );
  });

  it('does not wait longer where a node keeps messages by design', async () => {
    bench.pipeline.go('delay');
    const messages = [bench.send('a'), bench.send('b')];
    await bench.wait(2500);
    messages[0]!.handOver();
    messages[0]!.done();
    await bench.wait(520);
    assert.deepEqual(bench.saved(), ['ab', 1]);
  });

  for (const holder of [undefined, 'delay']) {
    const who = holder === undefined ? 'somebody keeps messages' : 'a node keeps messages by design';
    it(`holds messages back only for a moment once it is known that ${who}`, async () => {
      bench.source = new FakeSource('source', 1000);
      bench.pipeline = bench.piped([bench.member(bench.notes)], [bench.source]);
      bench.pipeline.go(holder);
      bench.send('a');
      await bench.wait(4005);
      let up = 0;
      for (let ms = 0; ms < 3000; ms++) {
        await bench.wait(1);
        if (bench.traffic.barrier.isUp) up++;
      }
      assert.ok(up > 0 && up <= 3 * 55, `held back for ${up} of 3000 ms`);
    });
  }

  it('takes the positions of the barrier where no later ones are done', async () => {
    // As sources do, it tells only what has changed since it was asked last.
    let told = 0;
    bench.source.positions = (of) => {
      const at = bench.source[of];
      if (at === told) return new Map();
      told = at;
      return new Map([['', [{ part: 'at', put: Buffer.from(String(at)) }]]]);
    };
    bench.pipeline.go();
    bench.send('a');
    await bench.wait(12);
    bench.source.done = 1;
    await bench.wait(3000);
    assert.deepEqual(bench.saved(), ['a', 1]);
    assert.equal(bench.source.told[0]?.guarantee, 'at-least-once');
  });
});
