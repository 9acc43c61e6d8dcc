import assert from 'node:assert/strict';
import { wasWaitedFor } from '../../../../../lib/aws/kinesis/fan-out/wasWaitedFor';
import { VirtualTime } from '../FakeStream';

describe('an event of a subscription', () => {
  const time = new VirtualTime();
  const never = new AbortController().signal;
  const after = async (ms: number) => {
    await time.sleep(ms, never);
    return 'event';
  };

  it('was waited for when it comes after two pauses', async () => {
    assert.deepEqual(await wasWaitedFor(after(1000), time), ['event', true]);
  });

  it('may have lain ready when it comes before, also when a pause was over in the meantime', async () => {
    assert.deepEqual(await wasWaitedFor(Promise.resolve('event'), time), ['event', false]);
    assert.deepEqual(await wasWaitedFor(after(75), time), ['event', false]);
  });

  it('fails as the answer fails', async () => {
    await assert.rejects(wasWaitedFor(Promise.reject(new Error('cut')), time), /cut/);
  });
});
