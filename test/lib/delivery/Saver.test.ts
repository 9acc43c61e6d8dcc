import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { Saver } from '../../../lib/delivery/Saver';

describe('a saver', () => {
  const never = (error: unknown) => assert.fail(String(error));

  it('saves now and then, and a last time when closed', async () => {
    let saves = 0;
    const saver = new Saver(async () => void saves++, never, 1);
    while (saves < 3) await wait(1);
    await saver.close();
    const last = saves;
    assert.ok(last >= 4);
    await wait(10);
    assert.equal(saves, last);
  });

  it('never saves twice at once', async () => {
    let running = 0;
    let saves = 0;
    const save = async () => {
      assert.equal(++running, 1);
      await wait(5);
      running--;
      saves++;
    };
    const saver = new Saver(save, never, 1);
    while (saves < 3) await wait(1);
    await saver.close();
    assert.equal(running, 0);
  });

  it('reports a failure once until it has succeeded again, and always when it was the last chance', async () => {
    const errors: unknown[] = [];
    let fails = true;
    let saves = 0;
    const save = async () => {
      saves++;
      if (fails) throw new Error('full');
    };
    const saver = new Saver(save, (error) => errors.push(error), 1);
    const turns = async () => {
      const end = saves + 3;
      while (saves < end) await wait(1);
    };
    await turns();
    assert.equal(errors.length, 1);
    fails = false;
    await turns();
    fails = true;
    await turns();
    assert.equal(errors.length, 2);
    await saver.close();
    assert.equal(errors.length, 3);
  });
});
