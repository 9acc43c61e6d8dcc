import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Backoff } from '../../../../lib/aws/Backoff';
import { KinesisProducer, type ProducerOptions } from '../../../../lib/aws/kinesis/KinesisProducer';
import type { PutEntry, PutRecords, PutResult } from '../../../../lib/aws/kinesis/putRecords';
import { NotHandedOver } from '../../../../lib/delivery/NotHandedOver';

const throttled: PutResult = { errorCode: 'ProvisionedThroughputExceededException', errorMessage: 'Rate' };

/** A stream in memory that does what a script says. */
class FakeStream {
  readonly stored: PutEntry[] = [];
  readonly calls: (readonly PutEntry[])[] = [];
  underWay = 0;
  mostUnderWay = 0;

  /** @param answer what happens to one entry, or an error for the whole call */
  constructor(
    private readonly answer: (call: number, index: number) => 'store' | 'fail' | Error = () => 'store',
  ) {}

  readonly put: PutRecords = async (entries) => {
    const call = this.calls.push(entries) - 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    await new Promise((resolve) => setImmediate(resolve));
    this.underWay--;
    return entries.map((entry, index) => {
      const what = this.answer(call, index);
      if (what instanceof Error) throw what;
      if (what === 'fail') return throttled;
      this.stored.push(entry);
      return { shardId: 'shard', sequenceNumber: String(this.stored.length) };
    });
  };

  texts(key?: string): string[] {
    return this.stored
      .filter(({ partitionKey }) => key === undefined || partitionKey === key)
      .map(({ data }) => Buffer.from(data).toString());
  }
}

const entry = (partitionKey: string, text: string): PutEntry => ({ partitionKey, data: Buffer.from(text) });

const options: ProducerOptions = {
  stream: 'test',
  order: 'key',
  linger: 0,
  maxQueue: 100_000,
  maxQueueBytes: 1e9,
  maxRequestBytes: 5_242_880,
  deadline: 60_000,
  backoff: new Backoff(0),
};

function producer(stream: FakeStream, changes: Partial<ProducerOptions> = {}): KinesisProducer {
  return new KinesisProducer(stream.put, { ...options, ...changes });
}

const named = (name: string) => Object.assign(new Error('on command'), { name });
const refusal = (name: string) => Object.assign(named(name), { $metadata: { httpStatusCode: 400 } });

/** It was neither stored nor refused: whoever can send it again is to do so. */
const isLeft = (text: RegExp) => (error: unknown) =>
  error instanceof NotHandedOver && text.test(error.message);

describe('KinesisProducer', () => {
  it('keeps the order within every key and stores each record once, whatever parts and calls fail', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 60 }),
        fc.infiniteStream(fc.constantFrom('store', 'store', 'fail', 'throw')),
        fc.integer({ min: 40, max: 2000 }),
        async (keys, script, maxRequestBytes) => {
          let lastCall = -1;
          let broken = false;
          const stream = new FakeStream((call) => {
            const step = script.next().value as string;
            // A whole call fails before anything of it is stored.
            if (call !== lastCall) broken = step === 'throw';
            lastCall = call;
            return broken ? named('TimeoutError') : step === 'fail' ? 'fail' : 'store';
          });
          const out = producer(stream, { maxRequestBytes });
          await Promise.all(keys.map((key, index) => out.put(entry(key, String(index)))));
          assert.equal(stream.stored.length, keys.length);
          for (const key of new Set(keys)) {
            const expected = keys.flatMap((one, index) => (one === key ? [String(index)] : []));
            assert.deepEqual(stream.texts(key), expected);
          }
          assert.equal(stream.mostUnderWay, 1);
          assert.equal(out.queued, 0);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('keeps the order of first arrivals, and stores each record, when answers are lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 40 }),
        fc.infiniteStream(fc.boolean()),
        async (keys, lost) => {
          const stream = new FakeStream();
          const answerLost: PutRecords = async (entries, signal) => {
            const results = await stream.put(entries, signal);
            if (lost.next().value) throw named('TimeoutError');
            return results;
          };
          const out = new KinesisProducer(answerLost, options);
          await Promise.all(keys.map((key, index) => out.put(entry(key, String(index)))));
          for (const key of new Set(keys)) {
            const expected = keys.flatMap((one, index) => (one === key ? [String(index)] : []));
            assert.deepEqual([...new Set(stream.texts(key))], expected);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('sends again exactly what was refused', async () => {
    const stream = new FakeStream((call, index) => (call === 0 && index % 3 === 0 ? 'fail' : 'store'));
    const out = producer(stream);
    await Promise.all(Array.from({ length: 9 }, (_, index) => out.put(entry(`key ${index}`, String(index)))));
    assert.deepEqual(
      stream.calls.map((entries) => entries.map(({ data }) => Buffer.from(data).toString()).join('')),
      ['012345678', '036'],
    );
  });

  it('puts one record of a key in a call when the order is kept, and all that wait when it is not', async () => {
    const send = async (order: 'key' | 'none') => {
      const stream = new FakeStream();
      const out = producer(stream, { order });
      await Promise.all(['1', '2', '3'].map((text) => out.put(entry('same', text))));
      return stream.calls.map((entries) => entries.length);
    };
    assert.deepEqual(await send('key'), [1, 1, 1]);
    assert.deepEqual(await send('none'), [3]);
  });

  it('fills calls up to 500 records and to the byte limit', async () => {
    const many = new FakeStream();
    const records = producer(many);
    await Promise.all(Array.from({ length: 1001 }, (_, index) => records.put(entry(`key ${index}`, 'x'))));
    assert.deepEqual(
      many.calls.map((entries) => entries.length),
      [500, 500, 1],
    );
    const big = new FakeStream();
    const bytes = producer(big, { maxRequestBytes: 30, order: 'none' });
    // 1 byte of key and 9 of data each; the last is alone too much for a call and goes alone.
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((key) => bytes.put(entry(key, key.repeat(key === 'd' ? 40 : 9)))),
    );
    assert.deepEqual(
      big.calls.map((entries) => entries.length),
      [3, 1],
    );
  });

  it('lets a record wait for others to share its call, but not when the call is full', async () => {
    const stream = new FakeStream();
    const out = producer(stream, { linger: 60_000 });
    const first = out.put(entry('a', '1'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(stream.calls.length, 0);
    const others = Array.from({ length: 499 }, (_, index) => out.put(entry(`key ${index}`, 'x')));
    await Promise.all([first, ...others]);
    assert.deepEqual(
      stream.calls.map((entries) => entries.length),
      [500],
    );
  });

  it('sends at once what waits when it is flushed', async () => {
    const stream = new FakeStream();
    const out = producer(stream, { linger: 60_000 });
    const put = out.put(entry('a', '1'));
    out.flush();
    await put;
    assert.deepEqual(stream.texts(), ['1']);
  });

  it('refuses what the bounds of the queue do not hold, and takes records again once it has room', async () => {
    const stream = new FakeStream();
    const out = producer(stream, { maxQueue: 2, maxQueueBytes: 10 });
    const kept = [out.put(entry('a', '1')), out.put(entry('a', '2'))];
    await assert.rejects(
      out.put(entry('a', '3')),
      /stream "test" was not stored, because the queue is full: 2 records with 4 bytes wait/,
    );
    await Promise.all(kept);
    await assert.rejects(out.put(entry('a', '0123456789')), /the queue is full/);
    await out.put(entry('a', '4'));
    assert.deepEqual(stream.texts(), ['1', '2', '4']);
  });

  it('gives up records that are too old, and names what the service said', async () => {
    let now = 0;
    const stream = new FakeStream(() => {
      now += 400;
      return 'fail';
    });
    const out = producer(stream, { deadline: 1000, now: () => now });
    await assert.rejects(
      out.put(entry('a', '1')),
      /not stored within 1000 ms: ProvisionedThroughputExceededException/,
    );
    assert.equal(stream.calls.length, 3);
    assert.equal(out.queued, 0);
  });

  it('goes on with the next record of a key when one was given up', async () => {
    let now = 0;
    let second: Promise<unknown> | undefined;
    const stream: FakeStream = new FakeStream((call) => {
      now += 600;
      second ??= out.put(entry('a', '2'));
      return call < 2 ? 'fail' : 'store';
    });
    const out = producer(stream, { deadline: 1000, now: () => now });
    await assert.rejects(out.put(entry('a', '1')), /not stored within/);
    await second;
    assert.deepEqual(stream.texts(), ['2']);
  });

  it('stops a call that hangs when its records are too old', async () => {
    const aborted: boolean[] = [];
    const out = new KinesisProducer(
      (_, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(true);
            reject(named('AbortError'));
          });
        }),
      { ...options, deadline: 30 },
    );
    await assert.rejects(out.put(entry('a', '1')), /not stored within 30 ms/);
    assert.deepEqual(aborted, [true]);
  });

  it('gives up at once what no later try can store', async () => {
    const stream = new FakeStream(() => refusal('ResourceNotFoundException'));
    await assert.rejects(
      producer(stream).put(entry('a', '1')),
      /was not stored: ResourceNotFoundException: on command/,
    );
    assert.equal(stream.calls.length, 1);
  });

  it('finds the one record that the service takes for invalid, and stores the others', async () => {
    const stored: string[] = [];
    const out = new KinesisProducer(async (entries) => {
      if (entries.some(({ partitionKey }) => partitionKey === 'key 5')) throw refusal('ValidationException');
      return entries.map(({ partitionKey }) => {
        stored.push(partitionKey);
        return { shardId: 'shard', sequenceNumber: '1' };
      });
    }, options);
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => out.put(entry(`key ${index}`, 'x'))),
    );
    assert.deepEqual(
      results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : [])),
      [5],
    );
    assert.equal(stored.length, 7);
  });

  it('waits after each failure, and takes the next one for the first when anything got through', async () => {
    const attempts: number[] = [];
    let failures = 0;
    const backoff = { next: () => attempts.push(++failures) && 0, reset: () => void (failures = 0) };
    const stream = new FakeStream((call, index) =>
      call < 3 || (call === 3 && index > 0) ? 'fail' : 'store',
    );
    const out = producer(stream, { backoff });
    await Promise.all([out.put(entry('a', '1')), out.put(entry('b', '2'))]);
    assert.deepEqual(attempts, [1, 2, 3, 1]);
  });

  it('sends what waits when it is closed, and refuses what comes later', async () => {
    const stream = new FakeStream();
    const out = producer(stream, { linger: 60_000 });
    const put = out.put(entry('a', '1'));
    assert.equal(await out.close(1000), 0);
    await put;
    await assert.rejects(out.put(entry('a', '2')), isLeft(/the node stops/));
  });

  it('ends within the bound when the service does not answer, and reports what was left', async () => {
    const out = new KinesisProducer(
      (_, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(named('AbortError')))),
      options,
    );
    const puts = ['1', '2'].map((text) =>
      assert.rejects(out.put(entry('a', text)), isLeft(/the node stopped/)),
    );
    assert.equal(await out.close(20), 2);
    await Promise.all(puts);
  });

  it('keeps up with a long queue of a single key', async () => {
    const stream = new FakeStream();
    const out = producer(stream);
    const texts = Array.from({ length: 3000 }, (_, index) => String(index));
    await Promise.all(texts.map((text) => out.put(entry('one', text))));
    assert.deepEqual(stream.texts(), texts);
  });
});
