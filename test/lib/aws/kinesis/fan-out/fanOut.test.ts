import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FanOut, type FanOutEvent } from '../../../../../lib/aws/kinesis/fan-out/FanOut';
import {
  StreamConsumer,
  type ConsumerEvent,
  type ConsumerOptions,
  type ConsumerState,
} from '../../../../../lib/aws/kinesis/StreamConsumer';
import { InFlight } from '../../../../../lib/delivery/InFlight';
import type { StreamPositions } from '../../../../../lib/delivery/positions';
import { FakeStream, VirtualTime } from '../FakeStream';
import { FakeFanOut } from './FakeFanOut';

const minute = 60_000;

describe('enhanced fan-out', () => {
  let time: VirtualTime;
  let stream: FakeStream;
  let service: FakeFanOut;
  /** what a life leaves to the next one */
  let saved: StreamPositions | undefined;
  let stop: AbortController;
  let running: Promise<void>;

  const reset = () => {
    time = new VirtualTime();
    stream = new FakeStream(time);
    service = new FakeFanOut(stream, time);
    saved = undefined;
  };
  beforeEach(reset);
  afterEach(() => halt());

  /** Starts a consumer; `finish` decides what happens to the records: done at once if it says nothing. */
  function start(
    options: Partial<ConsumerOptions> = {},
    maxInFlight = 10,
    finish: (texts: string[]) => Promise<void> = () => Promise.resolve(),
  ) {
    const got: string[] = [];
    const states: ConsumerState[] = [];
    const events: (ConsumerEvent | FanOutEvent)[] = [];
    const inFlight = new InFlight(maxInFlight);
    stop = new AbortController();
    const parts = { api: service, timing: time, consumerName: 'c' };
    const fanOut = new FanOut({ ...parts, onEvent: (event) => events.push(event) }, stop.signal);
    const consumer = new StreamConsumer(
      {
        startAt: { at: 'trim-horizon' },
        limit: 5,
        batch: 1,
        maxIdle: 1000,
        discoveryInterval: 10_000,
        ...options,
      },
      {
        api: stream,
        fanOut,
        saved,
        timing: time,
        inFlight,
        deliver: ({ records }) => {
          const texts = records.map(({ data }) => Buffer.from(data).toString());
          got.push(...texts);
          return finish(texts);
        },
        onState: (state) => states.push(state),
        onEvent: (event) => events.push(event),
      },
    );
    running = consumer.run(stop.signal);
    return { got, states, events, consumer, fanOut, inFlight };
  }

  async function halt(consumer?: StreamConsumer): Promise<void> {
    stop.abort();
    await running;
    saved = structuredClone(consumer?.positions('done'));
  }

  async function until(condition: () => boolean, what: string): Promise<void> {
    const end = Date.now() + 5000;
    while (!condition()) {
      assert.ok(Date.now() < end, `timed out waiting for ${what}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const passed = (ms: number) => {
    const end = time.now() + ms;
    return until(() => time.now() >= end, `${ms} ms`);
  };
  const put = (count: number, from = 0, shard = 'a') => {
    for (let n = from; n < from + count; n++) stream.put(shard, String(n));
  };
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n));
  const polls = () => stream.calls.filter(({ call }) => call === 'read').length;
  const names = (events: readonly { event: string }[]) => events.map(({ event }) => event);
  const callsOf = (name: string) => service.calls.filter(({ call }) => call === name);

  it('renews a subscription every five minutes where its last event ended: no gap, no repeat, no polling', async () => {
    stream.addShard('a');
    const { got, states } = start();
    for (let n = 0; n < 40; n++) {
      put(1, n);
      await passed(minute / 2);
    }
    assert.deepEqual(got, numbers(40));
    assert.equal(polls(), 0);
    assert.ok(service.starts.length >= 4 && service.starts.length <= 5);
    assert.equal(service.starts[0]!.type, 'TRIM_HORIZON');
    for (const one of service.starts.slice(1)) {
      assert.equal(one!.type, 'AFTER_SEQUENCE_NUMBER');
      assert.match((one as { sequenceNumber: string }).sequenceNumber, /\.5$/);
    }
    assert.ok(states.every(({ fault }) => fault === undefined));
  });

  it('saves the numbers of records only, at which polling can go on too', async () => {
    stream.addShard('a');
    put(4);
    const first = start();
    await until(() => first.got.length === 4, 'the records');
    await passed(3000);
    await halt(first.consumer);
    assert.deepEqual(saved!.shards, { a: { at: 'after', sequenceNumber: '4' } });
    put(2, 4);
    service.fault = () => 'AccessDeniedException';
    const second = start();
    await until(() => second.got.length === 2, 'the rest');
    assert.deepEqual(second.got, ['4', '5']);
  });

  it('renews a subscription that breaks, and calls that no fault when it works again', async () => {
    stream.addShard('a');
    const { got, states } = start();
    for (let n = 0; n < 10; n++) {
      put(2, 2 * n);
      await passed(6000);
      service.break('ECONNRESET');
      await until(() => service.starts.length === n + 2, 'another subscription');
    }
    assert.deepEqual(got, numbers(20));
    assert.ok(states.every(({ fault }) => fault === undefined));
  });

  it('gives up a connection that has been silent for long, but not one that waits for the flow', async () => {
    stream.addShard('a');
    put(2);
    let goOn: () => void = () => undefined;
    const { got } = start({}, 1, () => new Promise((resolve) => (goOn = resolve)));
    await until(() => got.length === 1, 'the first record');
    await passed(10 * minute);
    assert.equal(service.starts.length, 1);
    goOn();
    await until(() => got.length === 2, 'the second record');
    service.silent = true;
    goOn();
    const since = time.now();
    await until(() => service.starts.length === 3, 'another subscription');
    assert.ok(time.now() - since >= 35_000);
  });

  it('waits out the seconds in which the service refuses a second subscription', async () => {
    stream.addShard('a');
    put(2);
    const { got, events, states } = start();
    await until(() => got.length === 2, 'the records');
    service.break('ECONNRESET');
    put(2, 2);
    await until(() => got.length === 4, 'the records after it');
    const calls = callsOf('subscribe').map(({ at }) => at);
    assert.ok(calls.at(-1)! - calls[0]! >= 5000);
    assert.ok(calls.every((at, index) => index === 0 || at - calls[index - 1]! >= 1000));
    assert.ok(states.some(({ fault }) => fault === 'busy'));
    assert.equal(states.at(-1)!.fault, undefined);
    assert.deepEqual(events, []);
  });

  it('warns once that another reader takes its subscriptions, and takes them back', async () => {
    stream.addShard('a');
    const { got, events } = start();
    for (let n = 0; n < 4; n++) {
      put(1, n);
      await passed(30_000);
      service.break('ResourceInUseException');
    }
    await until(() => got.length === 4, 'the records');
    await until(() => service.starts.length === 5, 'the last subscription');
    assert.deepEqual(events, [{ event: 'subscription-taken', shardId: 'a' }]);
  });

  it('takes no event while the flow has no room', async () => {
    stream.addShard('a');
    put(30);
    const { got, inFlight } = start({}, 3, () => new Promise(() => undefined));
    await until(() => inFlight.full, 'a busy flow');
    const { taken } = service;
    await passed(4 * minute);
    assert.deepEqual([service.taken, got.length], [taken, 3]);
  });

  it('registers a consumer once for all shards, and subscribes when it is active', async () => {
    for (const id of ['a', 'b', 'c']) stream.addShard(id);
    put(1, 0, 'c');
    service.creation = 7000;
    const { got } = start();
    await until(() => got.length === 1, 'the record');
    assert.equal(callsOf('register').length, 1);
    assert.ok(callsOf('find').length <= 9);
    assert.equal(service.starts.length, 3);
  });

  it('uses a consumer that another instance registers at the same moment', async () => {
    stream.addShard('a');
    put(1);
    service.fault = (call) => {
      if (call === 'register') service.consumer = { arn: 'of the other', activeAt: time.now() + 3000 };
      return undefined;
    };
    const { got, events, states } = start();
    await until(() => got.length === 1, 'the record');
    assert.deepEqual(events, []);
    assert.ok(states.every(({ fault }) => fault === undefined));
  });

  it('registers anew when somebody deleted the consumer', async () => {
    stream.addShard('a');
    put(2);
    const { got, fanOut } = start();
    await until(() => got.length === 2, 'the records');
    service.consumer = undefined;
    service.break('ResourceNotFoundException');
    put(2, 2);
    await until(() => got.length === 4, 'the records after it');
    assert.equal(callsOf('register').length, 2);
    assert.equal(fanOut.refused, false);
  });

  for (const [call, name] of [
    ['register', 'AccessDeniedException'],
    ['find', 'AccessDeniedException'],
    ['find', 'UnknownOperationException'],
    ['subscribe', 'AccessDeniedException'],
  ] as const) {
    it(`polls for good when ${call} is answered with ${name}, and warns once`, async () => {
      for (const id of ['a', 'b']) stream.addShard(id);
      service.fault = (one) => (one === call ? name : undefined);
      const { got, events, states, fanOut } = start();
      for (let n = 0; n < 20; n++) {
        put(1, n, n % 2 === 0 ? 'a' : 'b');
        await passed(minute);
      }
      assert.deepEqual(got, numbers(20));
      assert.deepEqual(names(events), ['fan-out-refused']);
      // One try, or one for each of the two shards that began at the same time.
      assert.ok(callsOf(call).length <= 2);
      assert.ok(fanOut.refused);
      assert.ok(states.every(({ fault }) => fault === undefined));
    });
  }

  it('polls while the stream takes no more consumers, and subscribes when it does, where polling has come to', async () => {
    stream.addShard('a');
    service.fault = (call) => (call === 'register' ? 'LimitExceededException' : undefined);
    const { got, events, fanOut } = start();
    for (let n = 0; n < 10; n++) {
      put(1, n);
      await passed(minute / 2);
    }
    const tries = callsOf('register').length;
    assert.ok(tries >= 4 && tries <= 6, `${tries} tries`);
    assert.deepEqual([got.length, fanOut.refused, polls() > 0], [10, true, true]);
    service.fault = () => undefined;
    await until(() => service.starts.length === 1, 'a subscription');
    await until(() => service.taken > 2, 'its events');
    const before = polls();
    put(10, 10);
    await until(() => got.length === 20, 'the pushed records');
    assert.deepEqual(got, numbers(20));
    assert.deepEqual([polls(), fanOut.refused], [before, false]);
    assert.deepEqual(names(events), ['fan-out-refused']);
  });

  it('goes on where polling has come to, not where an earlier subscription ended', async () => {
    stream.addShard('a');
    put(2);
    const { got } = start();
    await until(() => got.length === 2, 'the subscription');
    service.consumer = undefined;
    service.fault = (call) => (call === 'register' ? 'LimitExceededException' : undefined);
    service.break('ResourceNotFoundException');
    put(5, 2);
    await until(() => got.length === 7, 'polling');
    service.fault = () => undefined;
    await until(() => service.starts.length === 2 && service.taken > 4, 'a subscription');
    put(1, 7);
    await until(() => got.length >= 8, 'the record after it');
    assert.deepEqual(got, numbers(8));
  });

  it('goes on where a subscription has come to, not where earlier polling ended', async () => {
    stream.addShard('a');
    put(2);
    service.fault = (call) => (call === 'register' ? 'LimitExceededException' : undefined);
    const { got } = start();
    await until(() => got.length === 2, 'polling');
    service.fault = () => undefined;
    await until(() => service.taken > 2, 'the subscription');
    put(5, 2);
    await until(() => got.length === 7, 'the pushed records');
    service.fault = (call) => (call === 'subscribe' ? 'AccessDeniedException' : undefined);
    service.break('ECONNRESET');
    put(1, 7);
    await until(() => got.length >= 8, 'polling again');
    assert.deepEqual(got, numbers(8));
  });

  it('ends the subscriptions to all shards when one is refused for good', async () => {
    for (const id of ['a', 'b']) stream.addShard(id);
    start();
    await until(() => service.open === 2, 'the subscriptions');
    service.fault = (call) => (call === 'subscribe' ? 'AccessDeniedException' : undefined);
    service.break('ECONNRESET', 'a');
    await passed(minute);
    assert.equal(service.open, 0);
  });

  it('waits, and says so, when a subscription is throttled or the service is away', async () => {
    stream.addShard('a');
    put(1);
    const faults = ['LimitExceededException', 'InternalFailure'];
    service.fault = (call) => (call === 'subscribe' ? faults.shift() : undefined);
    const { got, states, fanOut } = start();
    await until(() => got.length === 1, 'the record');
    assert.deepEqual([...new Set(states.map(({ fault }) => fault))], [undefined, 'throttled', 'unreachable']);
    assert.deepEqual([polls(), fanOut.refused], [0, false]);
  });

  it('starts at the newest record, and misses nothing when the first subscription breaks', async () => {
    stream.addShard('a');
    put(1);
    const { got } = start({ startAt: { at: 'latest' } });
    await until(() => service.taken > 2, 'the subscription');
    service.break('ECONNRESET');
    put(1, 1);
    await until(() => got.length === 1, 'the record');
    assert.deepEqual(got, ['1']);
    assert.deepEqual(
      service.starts.slice(0, 2).map((one) => one!.type),
      ['LATEST', 'AFTER_SEQUENCE_NUMBER'],
    );
  });

  it('starts at the newest record, and misses none that came while its consumer was made', async () => {
    stream.addShard('a');
    put(1);
    service.creation = 7000;
    await time.sleep(1000, new AbortController().signal);
    const { got } = start({ startAt: { at: 'latest' } });
    await until(() => service.consumer !== undefined, 'the registration');
    put(1, 1);
    await until(() => got.length > 0, 'the record');
    assert.deepEqual(got, ['1']);
  });

  it('warns of a position that the service refuses, and goes on from the oldest record', async () => {
    stream.addShard('a');
    put(1);
    saved = { createdAt: 1000, shards: { a: { at: 'after', sequenceNumber: '999' } } };
    service.fault = (call) =>
      call === 'subscribe' && service.starts.at(-1)!.type === 'AFTER_SEQUENCE_NUMBER'
        ? 'InvalidArgumentException'
        : undefined;
    const { got, events } = start();
    await until(() => got.length === 1, 'the record');
    assert.deepEqual(names(events), ['position-refused']);
  });

  for (const tellsEnd of [true, false]) {
    it(`reads the children of a shard whose end is ${tellsEnd ? 'told' : 'not told'}, after its last record`, async () => {
      service.tellsEnd = tellsEnd;
      stream.addShard('a');
      put(2);
      const { got } = start();
      await until(() => got.length === 2, 'the parent');
      put(5, 2);
      stream.addShard('b', ['a']);
      put(3, 7, 'b');
      await until(() => got.length === 10, 'the child');
      assert.deepEqual(got, numbers(10));
      assert.equal(polls() > 0, !tellsEnd);
    });
  }

  it('does not end a shard before its last record, although it is known to be closed when an old event comes', async () => {
    service.tellsEnd = false;
    stream.addShard('a');
    put(1);
    let goOn: () => void = () => undefined;
    const { got } = start({}, 1, () => new Promise((resolve) => (goOn = resolve)));
    await until(() => got.length === 1, 'the first record');
    put(1, 1);
    stream.addShard('b', ['a']);
    put(1, 2, 'b');
    await passed(minute);
    for (const count of [2, 3]) {
      goOn();
      await until(() => got.length === count, `${count} records`);
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
          reset();
          service.tellsEnd = tellsEnd;
          stream.addShard('a');
          put(20);
          stream.addShard('b', ['a']);
          put(20, 20, 'b');
          let calls = 0;
          service.fault = () => {
            const call = calls++;
            return failing.find(({ at }) => at === call)?.name;
          };
          const processed: number[] = [];
          let count = 0;
          const finish = async ([text]: string[]) => {
            await time.sleep((++count % 4) * 300, new AbortController().signal);
            if (count % 5 === 0) service.break(breaks.shift() ?? 'ECONNRESET');
            processed.push(Number(text));
          };
          for (const after of restarts) {
            const { got, consumer } = start({}, 4, finish);
            await until(() => got.length >= after || new Set(processed).size === 40, 'some records');
            await halt(consumer);
            assert.ok(isInOrder(got));
          }
          const { got } = start({}, 4, finish);
          await until(() => new Set(processed).size === 40, 'all records');
          assert.ok(isInOrder(got));
          await halt();
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
