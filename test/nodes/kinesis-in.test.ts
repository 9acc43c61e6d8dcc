import assert from 'node:assert/strict';
import { DeleteStreamCommand } from '@aws-sdk/client-kinesis';
import helper from 'node-red-node-test-helper';
import { itRefuses } from '../helpers/itRefuses';
import { numbered } from '../helpers/kinesis';
import {
  assertOrdered,
  numbers,
  originOf,
  statuses,
  useKinesisIn,
  warnings,
  type Origin,
} from '../helpers/kinesisIn';
import { packed } from '../helpers/packed';
import { until } from '../helpers/until';

describe('kinesis-in', () => {
  const node = useKinesisIn();
  const { kinesis } = node;

  it('reads every shard from the oldest record on and says where each record comes from', async () => {
    await kinesis.create(3);
    await kinesis.put(numbered(60, 20));
    const bench = await node.deploy();
    const messages = await bench.received(60);
    assert.deepEqual(
      numbers(messages).sort((a, b) => a - b),
      [...Array(60).keys()],
    );
    assert.equal(new Set(messages.map((msg) => originOf(msg).shardId)).size, 3);
    const [first] = messages;
    assert.equal(first!.topic, kinesis.stream);
    assert.equal(first!.timestamp, originOf(first!).approximateArrivalTimestamp);
    assert.ok(Math.abs(first!.timestamp - Date.now()) < 60_000);
    assert.deepEqual(Object.keys(first!.kinesis as object).sort(), [
      'approximateArrivalTimestamp',
      'millisBehindLatest',
      'partitionKey',
      'sequenceNumber',
      'shardId',
      'stream',
      'subSequenceNumber',
    ]);
    assert.equal(originOf(first!).partitionKey, (first!.payload as { key: string }).key);
  });

  it('keeps the order of each key, in batches too, and gives each entry of a batch its origin', async () => {
    await kinesis.create(2);
    await kinesis.put(numbered(100, 7));
    const bench = await node.deploy({ emit: 'batch', batchSize: 30 });
    const entries = () =>
      bench.outputs[0]!.flatMap((msg) =>
        (msg.payload as { key: string; n: number }[]).map((record, index) => ({
          ...record,
          origin: (msg.kinesis as Origin[])[index]!,
        })),
      );
    await bench.until(() => entries().length >= 100);
    assertOrdered(entries());
    for (const { key, origin } of entries()) assert.equal(origin.partitionKey, key);
    assert.ok(bench.outputs[0]!.every(({ payload }) => (payload as unknown[]).length <= 30));
    const [msg] = bench.outputs[0]!;
    assert.equal(msg!.timestamp, (msg!.kinesis as Origin[]).at(-1)!.approximateArrivalTimestamp);
  });

  it('gives buffers and text where they are asked for', async () => {
    await kinesis.create();
    await kinesis.put([{ key: 'a', data: Buffer.from([0xff, 0, 1]) }]);
    const raw = await node.deploy({ format: 'buffer' });
    assert.deepEqual((await raw.received(1))[0]!.payload, Buffer.from([0xff, 0, 1]));
    await helper.unload();
    await kinesis.put([{ key: 'a', data: '{"no' }]);
    const text = await node.deploy({ format: 'utf8', application: 'other' });
    assert.equal((await text.received(2))[1]!.payload, '{"no');
  });

  it('sends what is no JSON to the Catch nodes with its raw data and goes on, in both modes', async () => {
    await kinesis.create();
    const data = ['{"n":1}', 'not json', '', '{"n":2}', Buffer.from([0xff, 0xfe]), '{"n":3}'];
    await kinesis.put(data.map((each) => ({ key: 'a', data: each || ' ' })));
    for (const emit of ['record', 'batch']) {
      const bench = await node.deploy({ emit, application: emit });
      const failures = await bench.failed(3);
      assert.match(
        failures[0]!.message,
        /^kinesis-in: payload must be JSON in record \d+ of shardId-000000000000 .*, got "not json"$/,
      );
      assert.deepEqual(failures[0]!.msg.payload, Buffer.from('not json'));
      assert.equal(originOf(failures[0]!.msg).shardId, 'shardId-000000000000');
      await bench.received(emit === 'record' ? 3 : 1);
      const good = bench.outputs[0]!.flatMap(({ payload }) => payload as { n: number });
      assert.deepEqual(
        good.map(({ n }) => n),
        [1, 2, 3],
      );
      await helper.unload();
    }
  });

  it('never makes a vector of a batch of numbers', async () => {
    await kinesis.create();
    await kinesis.put(['1', '2', '3'].map((each) => ({ key: 'a', data: each })));
    const bench = await node.deploy({ emit: 'batch' });
    assert.deepEqual(
      (await bench.received(3)).map(({ payload }) => payload),
      [1, 2, 3],
    );
  });

  it('starts at the newest record when asked, and misses nothing from then on', async () => {
    await kinesis.create(2);
    await kinesis.put(numbered(20, 5));
    const bench = await node.deploy({ startAt: 'latest' });
    await until(() => kinesis.proxy.count('GetRecords') >= 2, 'the first reads');
    await kinesis.put(numbered(20, 5, 100));
    const messages = await bench.received(20);
    assert.ok(numbers(messages).every((n) => n >= 100));
  });

  it('starts at a point in time', async () => {
    await kinesis.create();
    await kinesis.put(numbered(3));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const time = Date.now();
    await kinesis.put(numbered(3, 1, 100));
    const bench = await node.deploy({
      startAt: 'timestamp',
      startTimestamp: new Date(time - 500).toISOString(),
    });
    assert.deepEqual(numbers(await bench.received(3)), [100, 101, 102]);
  });

  it('waits for a stream that does not exist yet, and says so', async () => {
    const bench = await node.deploy();
    await until(() => statuses(bench).some(({ text }) => text === 'kinesis-in.status.missing'), 'the status');
    assert.deepEqual(warnings(bench), ['kinesis-in.warning.failing']);
    await kinesis.create();
    await kinesis.put(numbered(3));
    await bench.received(3);
    await until(() => /shard.*current/.test(statuses(bench).at(-1)?.text ?? ''), 'the shard in the status');
  });

  it('reads a stream that was deleted and created anew from its first record', async () => {
    await kinesis.create();
    await kinesis.put(numbered(5));
    const bench = await node.deploy({ startAt: 'trim-horizon' });
    await bench.received(5);
    await kinesis.client.send(new DeleteStreamCommand({ StreamName: kinesis.stream }));
    // Streams are told apart by the second of their creation.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await kinesis.create();
    await kinesis.put(numbered(5, 1, 100));
    await bench.until(() => numbers(bench.outputs[0]!).includes(104), 'the new records', 15_000);
    assert.deepEqual(numbers(bench.outputs[0]!).slice(-5), [100, 101, 102, 103, 104]);
  });

  it('unpacks records of the Kinesis Producer Library', async () => {
    await kinesis.create();
    const whole = await packed(numbered(10, 3));
    const damaged = Buffer.from(whole);
    damaged[damaged.length - 1]! ^= 1;
    await kinesis.put([
      { key: 'a', data: whole },
      { key: 'a', data: damaged },
      { key: 'a', data: '{"n":10}' },
    ]);
    const bench = await node.deploy();
    const messages = await bench.received(11);
    assert.deepEqual(numbers(messages), [...Array(11).keys()]);
    assert.deepEqual(
      messages.map((msg) => originOf(msg).subSequenceNumber),
      [...Array(10).keys(), 0],
    );
    assert.equal(originOf(messages[4]!).partitionKey, 'key 1');
    assert.deepEqual((await bench.failed(1))[0]!.msg.payload, damaged);
  });

  it('reads ten thousand keys with nothing lost', async function () {
    this.timeout(60_000);
    await kinesis.create(4);
    await kinesis.put(numbered(10_000, 10_000));
    const bench = await node.deploy({ emit: 'batch', batchSize: 5000, maxInFlight: 5000 });
    const seen = () => bench.outputs[0]!.reduce((sum, { payload }) => sum + (payload as unknown[]).length, 0);
    await bench.until(() => seen() >= 10_000, 'all records', 40_000);
    const keys = bench.outputs[0]!.flatMap(({ payload }) =>
      (payload as { key: string }[]).map(({ key }) => key),
    );
    assert.equal(new Set(keys).size, 10_000);
    assert.equal(keys.length, 10_000);
  });

  describe('bad settings', () => {
    const wrong: [object, RegExp][] = [
      [{ stream: '' }, /setting "stream" is required/],
      [
        { stream: 'no such name!' },
        /setting "stream" must be the name of a data stream .* or its ARN, got "no such name!"/,
      ],
      [{ aws: '' }, /setting "aws" is required/],
      [{ aws: 'nowhere' }, /setting "aws" must name an aws-connection/],
      [{ startAt: 'timestamp' }, /setting "startTimestamp" is required/],
      [{ startAt: 'timestamp', startTimestamp: 'soon' }, /setting "startTimestamp" must be a date and time/],
      [{ emit: 'all' }, /setting "emit" must be one of record, batch, got "all"/],
      [{ format: 'xml' }, /setting "format" must be one of/],
      [{ maxInFlight: 0 }, /setting "maxInFlight" must be a whole number from 1/],
      [{ batchSize: 10_001 }, /setting "batchSize" must be a whole number from 1 to 10000/],
      [{ idleWait: 199 }, /setting "idleWait" must be a whole number from 200/],
      [{ maxHold: 'NaN' }, /setting "maxHold" must be/],
      [{ discoveryInterval: 1 }, /setting "discoveryInterval" must be/],
      [{ saveInterval: -1 }, /setting "saveInterval" must be/],
    ];
    itRefuses(wrong, (config) => node.deploy(config));

    it('takes numbers as text, as environment variables give them', async () => {
      await kinesis.create();
      await kinesis.put(numbered(2));
      const bench = await node.deploy({ maxInFlight: '10', idleWait: '200', batchSize: '1' });
      await bench.received(2);
    });
  });
});
