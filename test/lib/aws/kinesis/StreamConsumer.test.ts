import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ConsumerOptions, StreamConsumer } from '../../../../lib/aws/kinesis/StreamConsumer';
import type { StreamPositions } from '../../../../lib/delivery/positions';
import { FakeStream, VirtualTime } from './FakeStream';
import { startConsumer, untilVirtually as until } from './startConsumer';

describe('StreamConsumer', () => {
  let time: VirtualTime;
  let stream: FakeStream;
  /** what a life leaves to the next one */
  let saved: StreamPositions | undefined;
  let stop: AbortController;
  let running: Promise<void>;

  beforeEach(() => {
    time = new VirtualTime();
    stream = new FakeStream(time);
    saved = undefined;
  });
  afterEach(() => halt());

  /** Starts a consumer; `finish` decides what happens to the records: done at once if it says nothing. */
  function start(
    options?: Partial<ConsumerOptions>,
    maxInFlight?: number,
    finish?: (texts: string[]) => Promise<void>,
  ) {
    stop = new AbortController();
    const parts = { api: stream, saved, timing: time };
    const started = startConsumer(parts, stop.signal, [], options, maxInFlight, finish);
    running = started.running;
    return started;
  }

  async function halt(consumer?: StreamConsumer): Promise<void> {
    stop.abort();
    await running;
    saved = consumer?.positions('done');
  }

  const reads = () => stream.calls.filter(({ call }) => call === 'read');

  it('reads a shard at most five times a second, and more seldom when there is nothing', async () => {
    stream.addShard('a');
    for (let n = 0; n < 50; n++) stream.put('a', String(n));
    const { got } = start();
    await until(() => got.length === 50 && reads().length > 20, 'records');
    const gaps = reads().map(({ at }, index, all) => (index === 0 ? 200 : at - all[index - 1]!.at));
    assert.ok(gaps.every((gap) => gap >= 200));
    assert.equal(Math.max(...gaps), 1000);
    assert.ok(gaps.slice(0, 10).every((gap) => gap === 200));
  });

  it('reads on from its last record, not from its first, when an iterator has expired', async () => {
    stream.addShard('a');
    for (let n = 0; n < 20; n++) stream.put('a', String(n));
    let count = 0;
    stream.fault = (call) => (call === 'read' && ++count % 2 === 0 ? 'ExpiredIteratorException' : undefined);
    const { got, states } = start();
    await until(() => got.length >= 20, 'records');
    assert.deepEqual(
      got,
      Array.from({ length: 20 }, (_, n) => String(n)),
    );
    assert.ok(states.every(({ fault }) => fault === undefined));
  });

  it('keeps the newest record as its start although the first reads fail', async () => {
    stream.addShard('a');
    stream.put('a', 'old');
    let failures = 3;
    stream.fault = (call) => (call === 'iterator' && failures-- > 0 ? 'InternalFailure' : undefined);
    const { got } = start({ startAt: { at: 'latest' } });
    await until(() => stream.calls.some(({ call }) => call === 'iterator'), 'the first try');
    stream.put('a', 'new');
    await until(() => got.length > 0 && reads().length > 3, 'a record');
    // The time of the start stands in for "newest" from the second try on.
    assert.ok(got.includes('new'));
  });

  it('misses nothing between a start at the newest record and a restart before any record came', async () => {
    stream.addShard('a');
    stream.put('a', 'old');
    await time.sleep(5000, new AbortController().signal);
    const first = start({ startAt: { at: 'latest' } });
    await until(() => reads().length > 2, 'reads');
    await halt(first.consumer);
    stream.put('a', 'in between');
    const second = start({ startAt: { at: 'latest' } });
    await until(() => second.got.length > 0, 'the record');
    assert.deepEqual([first.got, second.got], [[], ['in between']]);
  });

  it('waits, with jitter, ever longer for a service that is away, and says so', async () => {
    stream.addShard('a');
    stream.put('a', 'x');
    let failures = 12;
    stream.fault = () => (failures-- > 0 ? 'ServiceUnavailable' : undefined);
    const { got, states, events } = start();
    await until(() => got.length === 1, 'the record');
    assert.deepEqual(
      events.map(({ event }) => event),
      ['failing'],
    );
    const tries = stream.calls.filter(({ call }) => call === 'describe').map(({ at }) => at);
    assert.ok(tries[12]! - tries[0]! > 10_000, 'the waits grow');
    assert.equal(states[0]!.fault, 'unreachable');
    assert.equal(states.at(-1)!.fault, undefined);
  });

  it('starts children only when all of their parent is processed', async () => {
    stream.addShard('a');
    for (let n = 0; n < 5; n++) stream.put('a', `a${n}`);
    stream.addShard('b', ['a']);
    stream.put('b', 'b0');
    let finishLast: () => void = () => undefined;
    const { got } = start({}, 10, ([text]) =>
      text === 'a2' ? new Promise((resolve) => (finishLast = resolve)) : Promise.resolve(),
    );
    await until(() => stream.calls.filter(({ call }) => call === 'describe').length > 5, 'discoveries');
    assert.deepEqual(got, ['a0', 'a1', 'a2', 'a3', 'a4']);
    finishLast();
    await until(() => got.length === 6, 'the child');
  });

  it('waits, after a restart, for the children of a shard that had ended before it knows them', async () => {
    stream.addShard('a');
    stream.addShard('b');
    stream.addShard('c', ['a']);
    saved = { createdAt: stream.createdAt, shards: { a: { at: 'end' }, b: { at: 'trim-horizon' } } };
    const { consumer } = start();
    assert.deepEqual([...consumer.shards().keys()], ['a', 'b']);
    await until(() => consumer.shards().has('c'), 'the child');
    assert.deepEqual([...consumer.shards().keys()].sort(), ['b', 'c']);
  });

  describe('says of the silence of a shard', () => {
    const silence = (consumer: StreamConsumer) => consumer.shards().get('a')?.silence;
    const second = () => time.sleep(1000, new AbortController().signal);

    it('since when it follows the shard, up to the last look whose records are worked off', async () => {
      stream.addShard('a');
      stream.put('a', 'x');
      const { consumer } = start();
      await until(() => reads().length > 5, 'reads');
      assert.deepEqual(silence(consumer), { since: reads()[0]!.at, asOf: reads().at(-1)!.at });
      stream.put('a', 'y');
      const before = reads().length;
      await until(() => reads().length > before + 1, 'more reads');
      assert.deepEqual(silence(consumer), { since: reads()[0]!.at, asOf: reads().at(-1)!.at });
    });

    it('also while there are always records in work, for those whose records never come', async () => {
      stream.addShard('a');
      const inWork: { readonly brought: number; readonly finish: () => void }[] = [];
      const { consumer } = start({}, 100, () => {
        const brought = reads().at(-1)!.at;
        return new Promise((finish) => inWork.push({ brought, finish }));
      });
      await until(() => silence(consumer) !== undefined, 'silence');
      stream.put('a', '0');
      await until(() => inWork.length === 1, 'the first record');
      assert.equal(silence(consumer), undefined);
      for (let n = 1; n < 5; n++) {
        stream.put('a', String(n));
        await until(() => inWork.length === n + 1, 'one more in work');
        const { brought, finish } = inWork[n - 1]!;
        finish();
        await until(() => silence(consumer)?.asOf === brought, 'the look that brought it to count');
      }
    });

    it('nothing while there is more to read, or records are in work that came after a break', async () => {
      stream.addShard('a');
      for (let n = 0; n < 7; n++) stream.put('a', String(n));
      let finish: () => void = () => undefined;
      const { consumer, got } = start({}, 10, ([text]) =>
        text === '6' ? new Promise((resolve) => (finish = resolve)) : Promise.resolve(),
      );
      await until(() => got.length === 5, 'the first read');
      assert.equal(silence(consumer), undefined);
      await until(() => got.length === 7 && reads().length > 5, 'the last record');
      assert.equal(silence(consumer), undefined);
      finish();
      await until(() => silence(consumer) !== undefined, 'silence');
    });

    it('no more than it has seen while reads are throttled, or their iterators expire', async () => {
      stream.addShard('a');
      const { consumer } = start();
      for (const fault of ['ProvisionedThroughputExceededException', 'ExpiredIteratorException']) {
        await until(() => silence(consumer) !== undefined, 'silence');
        const { since, asOf } = silence(consumer)!;
        stream.fault = (call) => (call === 'describe' ? undefined : fault);
        await second();
        await second();
        assert.deepEqual(silence(consumer), { since, asOf });
        stream.fault = () => undefined;
        await until(() => silence(consumer)!.asOf > asOf + 2000, 'the next look');
        assert.equal(silence(consumer)!.since, since);
      }
    });

    it('that it begins anew after the service was away, because writers have to catch up too', async () => {
      stream.addShard('a');
      const { consumer } = start();
      await until(() => reads().length > 5, 'reads');
      stream.fault = (call) => (call === 'read' ? 'InternalFailure' : undefined);
      await until(() => silence(consumer) === undefined, 'a failure');
      await second();
      stream.fault = () => undefined;
      const before = reads().length;
      await until(() => silence(consumer) !== undefined, 'silence');
      assert.ok(silence(consumer)!.since >= reads()[before]!.at);
    });

    it('nothing while the stream itself cannot be described', async () => {
      stream.addShard('a');
      const { consumer, states } = start({ discoveryInterval: 100 });
      await until(() => silence(consumer) !== undefined, 'silence');
      stream.fault = (call) => (call === 'describe' ? 'LimitExceededException' : undefined);
      await until(() => states.at(-1)!.fault === 'throttled', 'the fault');
      assert.equal(silence(consumer), undefined);
    });
  });

  it('does not read ahead of a flow that is busy', async () => {
    stream.addShard('a');
    for (let n = 0; n < 100; n++) stream.put('a', String(n));
    const { got, inFlight } = start({}, 7, () => new Promise(() => undefined));
    await until(() => inFlight.full, 'a busy flow');
    const before = reads().length;
    await until(() => stream.calls.filter(({ call }) => call === 'describe').length > 5, 'time to pass');
    assert.equal(reads().length, before);
    assert.equal(got.length, 7);
  });

  it('warns of a position that the service refuses, and goes on from the oldest record', async () => {
    stream.addShard('a');
    stream.put('a', 'x');
    saved = { createdAt: 1000, shards: { a: { at: 'after', sequenceNumber: '999' } } };
    stream.fault = (call) =>
      call === 'iterator' && stream.calls.at(-1)!.start!.type === 'AFTER_SEQUENCE_NUMBER'
        ? 'InvalidArgumentException'
        : undefined;
    const { got, events } = start();
    await until(() => got.length === 1, 'the record');
    assert.deepEqual(
      events.map(({ event }) => event),
      ['position-refused'],
    );
  });

  it('gives up a shard that the service deleted, and says that records are lost', async () => {
    stream.addShard('a');
    stream.addShard('b', ['a']);
    stream.put('b', 'b0');
    stream.fault = (call) => (call === 'read' && stream.shards.length > 1 ? 'InternalFailure' : undefined);
    const { got, events } = start({}, 10);
    await until(() => reads().length > 2, 'reads of the parent');
    stream.shards.shift();
    await until(() => got.length === 1, 'the child');
    assert.deepEqual(events, [{ event: 'shard-expired', shardId: 'a' }]);
  });

  it('starts over in a stream that was created anew, and says so', async () => {
    stream.addShard('a');
    stream.put('a', 'old');
    const first = start();
    await until(() => first.got.length === 1, 'the record');
    await halt(first.consumer);
    stream = new FakeStream(time);
    stream.createdAt = 900_000;
    stream.addShard('a');
    stream.put('a', 'new');
    const second = start({ startAt: { at: 'latest' } });
    await until(() => second.got.length === 1, 'the new record');
    assert.deepEqual(second.events, [{ event: 'stream-recreated' }]);
  });

  it('loses no record and keeps their order over any faults, acknowledgements and restarts', async function () {
    this.timeout(30_000);
    const faults = ['ExpiredIteratorException', 'ProvisionedThroughputExceededException', 'InternalFailure'];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(40), name: fc.constantFrom(...faults) }), { maxLength: 15 }),
        fc.array(fc.nat(30), { maxLength: 4 }),
        fc.infiniteStream(fc.nat(3)),
        async (failing, restarts, delays) => {
          time = new VirtualTime();
          stream = new FakeStream(time);
          saved = undefined;
          stream.addShard('a');
          for (let n = 0; n < 20; n++) stream.put('a', `${n}`);
          stream.addShard('b', ['a']);
          for (let n = 20; n < 40; n++) stream.put('b', `${n}`);
          let calls = 0;
          stream.fault = () => {
            const call = calls++;
            return failing.find(({ at }) => at === call)?.name;
          };
          const processed: number[] = [];
          const finish = async ([text]: string[]) => {
            const { value } = delays.next() as IteratorResult<number, undefined>;
            await time.sleep((value ?? 0) * 100, new AbortController().signal);
            processed.push(Number(text));
          };
          for (const after of restarts) {
            const { got, consumer, inFlight } = start({}, 4, finish);
            await until(() => got.length >= after || new Set(processed).size === 40, 'some records');
            assert.ok(isInOrder(got));
            stop.abort();
            await running;
            // What is in flight at the end of one life may or may not be done in it.
            if (after % 2 === 0) await until(() => inFlight.count === 0, 'the flow');
            saved = structuredClone(consumer.positions('done'));
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

function isInOrder(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || Number(text) > Number(texts[index - 1]));
}
