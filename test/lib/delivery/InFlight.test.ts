import assert from 'node:assert/strict';
import { InFlight } from '../../../lib/delivery/InFlight';

describe('InFlight', () => {
  const { signal } = new AbortController();
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('admits up to the limit, then in the order of asking as room comes', async () => {
    const inFlight = new InFlight(3);
    const admitted: string[] = [];
    await inFlight.acquire(3, signal);
    void inFlight.acquire(2, signal).then(() => admitted.push('two'));
    void inFlight.acquire(1, signal).then(() => admitted.push('one'));
    inFlight.release(1);
    await turn();
    // One would fit, but two asked first.
    assert.deepEqual(admitted, []);
    inFlight.release(2);
    await turn();
    assert.deepEqual(admitted, ['two', 'one']);
    assert.equal(inFlight.count, 3);
  });

  it('lets more than the limit go alone', async () => {
    const inFlight = new InFlight(2);
    await inFlight.acquire(5, signal);
    assert.ok(inFlight.full);
    let second = false;
    void inFlight.acquire(1, signal).then(() => (second = true));
    await turn();
    assert.equal(second, false);
    inFlight.release(5);
    await turn();
    assert.equal(second, true);
  });

  it('forgets one who was stopped while waiting, and admits those behind', async () => {
    const inFlight = new InFlight(2);
    const stop = new AbortController();
    await inFlight.acquire(1, signal);
    const stopped = inFlight.acquire(2, stop.signal);
    let behind = false;
    void inFlight.acquire(1, signal).then(() => (behind = true));
    stop.abort(new Error('closing'));
    await assert.rejects(stopped, /closing/);
    await turn();
    assert.equal(behind, true);
    await assert.rejects(inFlight.acquire(1, stop.signal), /closing/);
  });

  it('admits nothing while it is paused, and then those who wait, in order', async () => {
    const inFlight = new InFlight(2);
    inFlight.pause();
    const admitted: number[] = [];
    for (const n of [1, 2, 3]) void inFlight.acquire(1, signal).then(() => admitted.push(n));
    await turn();
    assert.deepEqual(admitted, []);
    inFlight.resume();
    await turn();
    assert.deepEqual(admitted, [1, 2]);
    inFlight.pause();
    inFlight.release(1);
    await turn();
    assert.deepEqual(admitted, [1, 2]);
    inFlight.resume();
    await turn();
    assert.deepEqual(admitted, [1, 2, 3]);
  });
});
