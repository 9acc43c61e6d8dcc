import assert from 'node:assert/strict';
import fc from 'fast-check';
import { minute, names, numbers, useFanOut } from './fanOutFixture';

describe('enhanced fan-out: subscriptions', () => {
  const fanOut = useFanOut();

  it('renews a subscription every five minutes where its last event ended: no gap, no repeat, no polling', async () => {
    fanOut.stream.addShard('a');
    const { got, states } = fanOut.start();
    for (let n = 0; n < 40; n++) {
      fanOut.put(1, n);
      await fanOut.passed(minute / 2);
    }
    assert.deepEqual(got, numbers(40));
    assert.equal(fanOut.polls(), 0);
    assert.ok(fanOut.service.starts.length >= 4 && fanOut.service.starts.length <= 5);
    assert.equal(fanOut.service.starts[0]!.type, 'TRIM_HORIZON');
    for (const one of fanOut.service.starts.slice(1)) {
      assert.equal(one!.type, 'AFTER_SEQUENCE_NUMBER');
      assert.match((one as { sequenceNumber: string }).sequenceNumber, /\.5$/);
    }
    assert.ok(states.every(({ fault }) => fault === undefined));
  });

  it('saves the numbers of records only, at which polling can go on too', async () => {
    fanOut.stream.addShard('a');
    fanOut.put(4);
    const first = fanOut.start();
    await fanOut.until(() => first.got.length === 4, 'the records');
    await fanOut.passed(3000);
    await fanOut.halt(first.consumer);
    assert.deepEqual(fanOut.saved!.shards, { a: { at: 'after', sequenceNumber: '4' } });
    fanOut.put(2, 4);
    fanOut.service.fault = () => 'AccessDeniedException';
    const second = fanOut.start();
    await fanOut.until(() => second.got.length === 2, 'the rest');
    assert.deepEqual(second.got, ['4', '5']);
  });

  it('renews a subscription that breaks, and calls that no fault when it works again', async () => {
    fanOut.stream.addShard('a');
    const { got, states } = fanOut.start();
    for (let n = 0; n < 10; n++) {
      fanOut.put(2, 2 * n);
      await fanOut.passed(6000);
      fanOut.service.break('ECONNRESET');
      await fanOut.until(() => fanOut.service.starts.length === n + 2, 'another subscription');
    }
    assert.deepEqual(got, numbers(20));
    assert.ok(states.every(({ fault }) => fault === undefined));
  });

  it('gives up a connection that has been silent for long, but not one that waits for the flow', async () => {
    fanOut.stream.addShard('a');
    fanOut.put(2);
    let goOn: () => void = () => undefined;
    const { got } = fanOut.start({}, 1, () => new Promise((resolve) => (goOn = resolve)));
    await fanOut.until(() => got.length === 1, 'the first record');
    await fanOut.passed(10 * minute);
    assert.equal(fanOut.service.starts.length, 1);
    goOn();
    await fanOut.until(() => got.length === 2, 'the second record');
    fanOut.service.silent = true;
    goOn();
    const since = fanOut.time.now();
    await fanOut.until(() => fanOut.service.starts.length === 3, 'another subscription');
    assert.ok(fanOut.time.now() - since >= 35_000);
  });

  it('sees silence by empty events as of when they were asked for, unless they lay ready then', async () => {
    fanOut.stream.addShard('a');
    const { consumer, got } = fanOut.start();
    const silence = () => consumer.shards().get('a')?.silence;
    await fanOut.until(() => fanOut.service.taken > 5, 'events');
    const { since, asOf } = silence()!;
    // An event a second, and the last one is still to come.
    assert.ok(asOf - since >= 2000 && fanOut.time.now() - asOf <= 2000);
    fanOut.service.ready = 10;
    await fanOut.until(() => fanOut.service.ready === 0, 'these events');
    assert.ok(silence()!.asOf <= fanOut.time.now() - 1000);
    fanOut.put(1);
    await fanOut.until(() => got.length === 1, 'the record');
    const came = fanOut.time.now();
    await fanOut.until(() => silence()!.asOf > came, 'the silence after it');
    assert.equal(silence()!.since, since);
  });

  it('waits out the seconds in which the service refuses a second subscription', async () => {
    fanOut.stream.addShard('a');
    fanOut.put(2);
    const { got, events, states } = fanOut.start();
    await fanOut.until(() => got.length === 2, 'the records');
    fanOut.service.break('ECONNRESET');
    fanOut.put(2, 2);
    await fanOut.until(() => got.length === 4, 'the records after it');
    const calls = fanOut.callsOf('subscribe').map(({ at }) => at);
    assert.ok(calls.at(-1)! - calls[0]! >= 5000);
    assert.ok(calls.every((at, index) => index === 0 || at - calls[index - 1]! >= 1000));
    assert.ok(states.some(({ fault }) => fault === 'busy'));
    assert.equal(states.at(-1)!.fault, undefined);
    assert.deepEqual(events, []);
  });

  it('warns once that another reader takes its subscriptions, and takes them back', async () => {
    fanOut.stream.addShard('a');
    const { got, events } = fanOut.start();
    for (let n = 0; n < 4; n++) {
      fanOut.put(1, n);
      await fanOut.passed(30_000);
      fanOut.service.break('ResourceInUseException');
    }
    await fanOut.until(() => got.length === 4, 'the records');
    await fanOut.until(() => fanOut.service.starts.length === 5, 'the last subscription');
    assert.deepEqual(events, [{ event: 'subscription-taken', shardId: 'a' }]);
  });

  it('takes no event while the flow has no room', async () => {
    fanOut.stream.addShard('a');
    fanOut.put(30);
    const { got, inFlight } = fanOut.start({}, 3, () => new Promise(() => undefined));
    await fanOut.until(() => inFlight.full, 'a busy flow');
    const { taken } = fanOut.service;
    await fanOut.passed(4 * minute);
    assert.deepEqual([fanOut.service.taken, got.length], [taken, 3]);
  });

  it('waits, and says so, when a subscription is throttled or the service is away', async () => {
    fanOut.stream.addShard('a');
    fanOut.put(1);
    const faults = ['LimitExceededException', 'InternalFailure'];
    fanOut.service.fault = (call) => (call === 'subscribe' ? faults.shift() : undefined);
    const { got, states, refused } = fanOut.start();
    await fanOut.until(() => got.length === 1, 'the record');
    assert.deepEqual([...new Set(states.map(({ fault }) => fault))], [undefined, 'throttled', 'unreachable']);
    assert.deepEqual([fanOut.polls(), refused()], [0, false]);
  });

  it('starts at the newest record, and misses nothing when the first subscription breaks', async () => {
    fanOut.stream.addShard('a');
    fanOut.put(1);
    const { got } = fanOut.start({ startAt: { at: 'latest' } });
    await fanOut.until(() => fanOut.service.taken > 2, 'the subscription');
    fanOut.service.break('ECONNRESET');
    fanOut.put(1, 1);
    await fanOut.until(() => got.length === 1, 'the record');
    assert.deepEqual(got, ['1']);
    assert.deepEqual(
      fanOut.service.starts.slice(0, 2).map((one) => one!.type),
      ['LATEST', 'AFTER_SEQUENCE_NUMBER'],
    );
  });

  it('starts at the newest record, and misses none that came while its consumer was made', async () => {
    fanOut.stream.addShard('a');
    fanOut.put(1);
    fanOut.service.creation = 7000;
    await fanOut.time.sleep(1000, new AbortController().signal);
    const { got } = fanOut.start({ startAt: { at: 'latest' } });
    await fanOut.until(() => fanOut.service.consumer !== undefined, 'the registration');
    fanOut.put(1, 1);
    await fanOut.until(() => got.length > 0, 'the record');
    assert.deepEqual(got, ['1']);
  });

  it('warns of a position that the service refuses, and goes on from the oldest record', async () => {
    fanOut.stream.addShard('a');
    fanOut.put(1);
    fanOut.saved = { createdAt: 1000, shards: { a: { at: 'after', sequenceNumber: '999' } } };
    fanOut.service.fault = (call) =>
      call === 'subscribe' && fanOut.service.starts.at(-1)!.type === 'AFTER_SEQUENCE_NUMBER'
        ? 'InvalidArgumentException'
        : undefined;
    const { got, events } = fanOut.start();
    await fanOut.until(() => got.length === 1, 'the record');
    assert.deepEqual(names(events), ['position-refused']);
  });

  for (const tellsEnd of [true, false]) {
    it(`reads the children of a shard whose end is ${tellsEnd ? 'told' : 'not told'}, after its last record`, async () => {
      fanOut.service.tellsEnd = tellsEnd;
      fanOut.stream.addShard('a');
      fanOut.put(2);
      const { got } = fanOut.start();
      await fanOut.until(() => got.length === 2, 'the parent');
      fanOut.put(5, 2);
      fanOut.stream.addShard('b', ['a']);
      fanOut.put(3, 7, 'b');
      await fanOut.until(() => got.length === 10, 'the child');
      assert.deepEqual(got, numbers(10));
      assert.equal(fanOut.polls() > 0, !tellsEnd);
    });
  }

  it('does not end a shard before its last record, although it is known to be closed when an old event comes', async () => {
    fanOut.service.tellsEnd = false;
    fanOut.stream.addShard('a');
    fanOut.put(1);
    let goOn: () => void = () => undefined;
    const { got } = fanOut.start({}, 1, () => new Promise((resolve) => (goOn = resolve)));
    await fanOut.until(() => got.length === 1, 'the first record');
    fanOut.put(1, 1);
    fanOut.stream.addShard('b', ['a']);
    fanOut.put(1, 2, 'b');
    await fanOut.passed(minute);
    for (const count of [2, 3]) {
      goOn();
      await fanOut.until(() => got.length === count, `${count} records`);
    }
    assert.deepEqual(got, numbers(3));
  });

  it('loses no record and keeps their order over any faults, breaks, acknowledgements and restarts', async function () {
    this.timeout(30_000);
    const faults = [
      'LimitExceededException',
      'ResourceInUseException',
      'InternalFailure',
      'ResourceNotFoundException',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(30), name: fc.constantFrom(...faults) }), { maxLength: 10 }),
        fc.array(fc.constantFrom(...faults, 'ECONNRESET'), { maxLength: 8 }),
        fc.array(fc.nat(30), { maxLength: 3 }),
        fc.boolean(),
        async (failing, breaks, restarts, tellsEnd) => {
          fanOut.reset();
          fanOut.service.tellsEnd = tellsEnd;
          fanOut.stream.addShard('a');
          fanOut.put(20);
          fanOut.stream.addShard('b', ['a']);
          fanOut.put(20, 20, 'b');
          let calls = 0;
          fanOut.service.fault = () => {
            const call = calls++;
            return failing.find(({ at }) => at === call)?.name;
          };
          const processed: number[] = [];
          let count = 0;
          const finish = async ([text]: string[]) => {
            await fanOut.time.sleep((++count % 4) * 300, new AbortController().signal);
            if (count % 5 === 0) fanOut.service.break(breaks.shift() ?? 'ECONNRESET');
            processed.push(Number(text));
          };
          for (const after of restarts) {
            const { got, consumer } = fanOut.start({}, 4, finish);
            await fanOut.until(() => got.length >= after || new Set(processed).size === 40, 'some records');
            await fanOut.halt(consumer);
            assert.ok(isInOrder(got));
          }
          const { got } = fanOut.start({}, 4, finish);
          await fanOut.until(() => new Set(processed).size === 40, 'all records');
          assert.ok(isInOrder(got));
          await fanOut.halt();
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** Each number is larger than the one before: nothing came twice. */
function isInOrder(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || Number(text) > Number(texts[index - 1]));
}
