import assert from 'node:assert/strict';
import { Lane } from '../../../lib/node-red/Lane';

/** A task that ends when the test says so. */
function held(): { task: () => Promise<void>; end: () => void } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { task: () => ended, end: () => end() };
}

describe('a lane', () => {
  it('runs a task at once when nothing is under way', () => {
    const ran: number[] = [];
    const lane = new Lane(1);
    assert.equal(
      lane.run(() => void ran.push(1)),
      undefined,
    );
    assert.deepEqual(ran, [1]);
  });

  it('keeps later tasks behind one that takes its time, also when it fails', async () => {
    const ran: number[] = [];
    const lane = new Lane(10);
    const first = held();
    void lane.run(first.task);
    const failing = lane.run(() => {
      ran.push(2);
      throw new Error('broken');
    });
    void lane.run(() => void ran.push(3));
    assert.deepEqual(ran, []);
    first.end();
    await assert.rejects(Promise.resolve(failing), /broken/);
    await lane.idle();
    assert.deepEqual(ran, [2, 3]);
  });

  it('says when it is full, and no longer once a task has ended', async () => {
    const lane = new Lane(1);
    const only = held();
    void lane.run(only.task);
    assert.equal(lane.isFull, true);
    only.end();
    await lane.idle();
    assert.equal(lane.isFull, false);
  });
});
