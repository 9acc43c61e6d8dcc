import assert from 'node:assert/strict';
import { Nap } from '../../../../lib/aws/kinesis/Nap';
import { VirtualTime } from './FakeStream';

const forever = new AbortController().signal;

describe('a nap', () => {
  let time: VirtualTime;
  let nap: Nap;

  beforeEach(() => {
    time = new VirtualTime();
    nap = new Nap(time);
  });

  /** @returns milliseconds that the nap has taken */
  async function taken(ms: number, signal = forever): Promise<number> {
    const began = time.elapsed();
    await nap.take(ms, signal);
    return time.elapsed() - began;
  }

  it('takes its time when nothing happens', async () => {
    assert.equal(await taken(1000), 1000);
  });

  it('ends with news', async () => {
    void time.sleep(300, forever).then(() => nap.disturb());
    assert.equal(await taken(1000), 300);
  });

  it('is left out when news came during the look before it', async () => {
    nap.forgetNews();
    nap.disturb();
    assert.equal(await taken(1000), 0);
  });

  it('takes its time when the look saw the news', async () => {
    nap.disturb();
    nap.forgetNews();
    assert.equal(await taken(1000), 1000);
  });

  it('ends with the signal', async () => {
    const stop = new AbortController();
    void time.sleep(300, forever).then(() => stop.abort());
    assert.equal(await taken(1000, stop.signal), 300);
  });

  it('is left out when the signal was aborted during the look', async () => {
    assert.equal(await taken(1000, AbortSignal.abort()), 0);
  });
});
