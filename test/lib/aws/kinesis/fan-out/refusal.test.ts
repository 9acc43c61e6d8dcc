import assert from 'node:assert/strict';
import { minute, names, numbers, useFanOut } from './fanOutFixture';

describe('enhanced fan-out: consumers and refusals', () => {
  const fanOut = useFanOut();

  it('registers a consumer once for all shards, and subscribes when it is active', async () => {
    for (const id of ['a', 'b', 'c']) fanOut.stream.addShard(id);
    fanOut.put(1, 0, 'c');
    fanOut.service.creation = 7000;
    const { got } = fanOut.start();
    await fanOut.until(() => got.length === 1, 'the record');
    assert.equal(fanOut.callsOf('register').length, 1);
    assert.ok(fanOut.callsOf('find').length <= 9);
    assert.equal(fanOut.service.starts.length, 3);
  });

  it('uses a consumer that another instance registers at the same moment', async () => {
    fanOut.stream.addShard('a');
    fanOut.put(1);
    fanOut.service.fault = (call) => {
      if (call === 'register')
        fanOut.service.consumer = { arn: 'of the other', activeAt: fanOut.time.now() + 3000 };
      return undefined;
    };
    const { got, events, states } = fanOut.start();
    await fanOut.until(() => got.length === 1, 'the record');
    assert.deepEqual(events, []);
    assert.ok(states.every(({ fault }) => fault === undefined));
  });

  it('registers anew when somebody deleted the consumer', async () => {
    fanOut.stream.addShard('a');
    fanOut.put(2);
    const { got, refused } = fanOut.start();
    await fanOut.until(() => got.length === 2, 'the records');
    fanOut.service.consumer = undefined;
    fanOut.service.break('ResourceNotFoundException');
    fanOut.put(2, 2);
    await fanOut.until(() => got.length === 4, 'the records after it');
    assert.equal(fanOut.callsOf('register').length, 2);
    assert.equal(refused(), false);
  });

  for (const [call, name] of [
    ['register', 'AccessDeniedException'],
    ['find', 'AccessDeniedException'],
    ['find', 'UnknownOperationException'],
    ['subscribe', 'AccessDeniedException'],
  ] as const) {
    it(`polls for good when ${call} is answered with ${name}, and warns once`, async () => {
      for (const id of ['a', 'b']) fanOut.stream.addShard(id);
      fanOut.service.fault = (one) => (one === call ? name : undefined);
      const { got, events, states, refused } = fanOut.start();
      for (let n = 0; n < 20; n++) {
        fanOut.put(1, n, n % 2 === 0 ? 'a' : 'b');
        await fanOut.passed(minute);
      }
      assert.deepEqual(got, numbers(20));
      assert.deepEqual(names(events), ['fan-out-refused']);
      // One try, or one for each of the two shards that began at the same time.
      assert.ok(fanOut.callsOf(call).length <= 2);
      assert.ok(refused());
      assert.ok(states.every(({ fault }) => fault === undefined));
    });
  }

  it('polls while the stream takes no more consumers, and subscribes when it does, where polling has come to', async () => {
    fanOut.stream.addShard('a');
    fanOut.service.fault = (call) => (call === 'register' ? 'LimitExceededException' : undefined);
    const { got, events, refused } = fanOut.start();
    for (let n = 0; n < 10; n++) {
      fanOut.put(1, n);
      await fanOut.passed(minute / 2);
    }
    const tries = fanOut.callsOf('register').length;
    assert.ok(tries >= 4 && tries <= 6, `${tries} tries`);
    assert.deepEqual([got.length, refused(), fanOut.polls() > 0], [10, true, true]);
    fanOut.service.fault = () => undefined;
    await fanOut.until(() => fanOut.service.starts.length === 1, 'a subscription');
    await fanOut.until(() => fanOut.service.taken > 2, 'its events');
    const before = fanOut.polls();
    fanOut.put(10, 10);
    await fanOut.until(() => got.length === 20, 'the pushed records');
    assert.deepEqual(got, numbers(20));
    assert.deepEqual([fanOut.polls(), refused()], [before, false]);
    assert.deepEqual(names(events), ['fan-out-refused']);
  });

  it('goes on where polling has come to, not where an earlier subscription ended', async () => {
    fanOut.stream.addShard('a');
    fanOut.put(2);
    const { got } = fanOut.start();
    await fanOut.until(() => got.length === 2, 'the subscription');
    fanOut.service.consumer = undefined;
    fanOut.service.fault = (call) => (call === 'register' ? 'LimitExceededException' : undefined);
    fanOut.service.break('ResourceNotFoundException');
    fanOut.put(5, 2);
    await fanOut.until(() => got.length === 7, 'polling');
    fanOut.service.fault = () => undefined;
    await fanOut.until(
      () => fanOut.service.starts.length === 2 && fanOut.service.taken > 4,
      'a subscription',
    );
    fanOut.put(1, 7);
    await fanOut.until(() => got.length >= 8, 'the record after it');
    assert.deepEqual(got, numbers(8));
  });

  it('goes on where a subscription has come to, not where earlier polling ended', async () => {
    fanOut.stream.addShard('a');
    fanOut.put(2);
    fanOut.service.fault = (call) => (call === 'register' ? 'LimitExceededException' : undefined);
    const { got } = fanOut.start();
    await fanOut.until(() => got.length === 2, 'polling');
    fanOut.service.fault = () => undefined;
    await fanOut.until(() => fanOut.service.taken > 2, 'the subscription');
    fanOut.put(5, 2);
    await fanOut.until(() => got.length === 7, 'the pushed records');
    fanOut.service.fault = (call) => (call === 'subscribe' ? 'AccessDeniedException' : undefined);
    fanOut.service.break('ECONNRESET');
    fanOut.put(1, 7);
    await fanOut.until(() => got.length >= 8, 'polling again');
    assert.deepEqual(got, numbers(8));
  });

  it('ends the subscriptions to all shards when one is refused for good', async () => {
    for (const id of ['a', 'b']) fanOut.stream.addShard(id);
    fanOut.start();
    await fanOut.until(() => fanOut.service.open === 2, 'the subscriptions');
    fanOut.service.fault = (call) => (call === 'subscribe' ? 'AccessDeniedException' : undefined);
    fanOut.service.break('ECONNRESET', 'a');
    await fanOut.passed(minute);
    assert.equal(fanOut.service.open, 0);
  });
});
