import assert from 'node:assert/strict';
import type { KinesisApi } from '../../../../lib/aws/kinesis/KinesisApi';
import { PollingSource } from '../../../../lib/aws/kinesis/PollingSource';
import type { Timing } from '../../../../lib/aws/kinesis/timing';

describe('reading while somebody sets the clock', () => {
  it('asks for the next page as soon as otherwise', async () => {
    let wall = 1e12;
    let elapsed = 500;
    const timing: Timing = {
      now: () => wall,
      elapsed: () => elapsed,
      sleep: () => Promise.resolve(),
      random: () => 0,
    };
    const api = {
      iterator: () => Promise.resolve('iterator'),
      read() {
        // Hours back, and 30 ms on, while the service answers.
        wall -= 36_000_000;
        elapsed += 30;
        return Promise.resolve({ records: [], next: 'iterator', millisBehindLatest: 1 });
      },
    };
    const parts = { api: api as unknown as KinesisApi, timing, limit: 10, maxIdle: 1000 };
    const source = new PollingSource('shardId-000000000000', false, parts);
    const { due } = await source.next({ at: 'trim-horizon' }, new AbortController().signal);
    assert.equal(due - timing.elapsed(), 170);
  });
});
