import assert from 'node:assert/strict';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import helper from 'node-red-node-test-helper';
import awsConnection from '../../nodes/aws-connection';
import kinesisOut from '../../nodes/kinesis-out';
import type { FaultProxy } from '../../local/FaultProxy';
import { readStream } from '../../local/streams';
import { localConnection } from '../helpers/connection';
import { itRefuses } from '../helpers/itRefuses';
import { useKinesis } from '../helpers/kinesis';
import { Bench, useNodeRed } from '../helpers/nodeRed';
import { uniformNoise } from '../helpers/noise';

describe('kinesis-out', () => {
  useNodeRed();

  const kinesis = useKinesis();
  let client: KinesisClient;
  let proxy: FaultProxy;
  let stream: string;

  beforeEach(async () => {
    ({ client, proxy, stream } = kinesis);
    await kinesis.create(2);
  });

  const deploy = (config: object = {}) => {
    const { node, credentials } = localConnection(proxy.endpoint);
    return Bench.deploy(
      [awsConnection, kinesisOut],
      { type: 'kinesis-out', aws: node.id, stream, ...config },
      { extra: [node], credentials },
    );
  };
  const texts = async (key?: string) =>
    (await readStream(client, stream))
      .filter(({ partitionKey }) => key === undefined || partitionKey === key)
      .map(({ data }) => Buffer.from(data).toString());

  it('stores a record as JSON and says where, keeping the message', async () => {
    const bench = await deploy({ partitionKey: '{{payload.site}}' });
    bench.send({ payload: { site: 'shop', clicks: 3 }, topic: 't', note: 'kept' });
    const [msg] = await bench.received(1);
    const [stored] = await readStream(client, stream);
    assert.deepEqual(JSON.parse(Buffer.from(stored!.data).toString()), { site: 'shop', clicks: 3 });
    assert.deepEqual(msg!.kinesis, {
      stream,
      shardId: stored!.shardId,
      sequenceNumber: stored!.sequenceNumber,
      partitionKey: 'shop',
    });
    assert.deepEqual([msg!.payload, msg!.note], [{ site: 'shop', clicks: 3 }, 'kept']);
    await bench.done(1);
  });

  it('takes the topic for the partition key, and a random one where there is none', async () => {
    const bench = await deploy();
    bench.send({ payload: 1, topic: 'sensor' }, { payload: 2 }, { payload: 3, topic: '' });
    await bench.received(3);
    const keys = (await readStream(client, stream)).map(({ partitionKey }) => partitionKey);
    assert.equal(new Set(keys).size, 3);
    assert.ok(keys.includes('sensor'));
    assert.equal(keys.filter((key) => /^[0-9a-f-]{36}$/.test(key)).length, 2);
  });

  it('stores a batch with one call and answers with one message, entry by entry', async () => {
    const bench = await deploy({ partitionKey: '{{payload.id}}' });
    const payload = Array.from({ length: 20 }, (_, id) => ({ id }));
    bench.send({ payload, topic: 'batch' });
    const [msg] = await bench.received(1);
    assert.deepEqual([msg!.payload, msg!.topic], [payload, 'batch']);
    assert.deepEqual(
      (msg!.kinesis as { partitionKey: string }[]).map(({ partitionKey }) => partitionKey),
      payload.map(({ id }) => String(id)),
    );
    assert.equal(proxy.count('PutRecords'), 1);
    await bench.done(1);
  });

  it('reads in a template what is said about each record of a batch', async () => {
    const bench = await deploy({ partitionKey: '{{kinesis.partitionKey}}' });
    bench.send({ payload: [{ id: 1 }, { id: 2 }], kinesis: [{ partitionKey: 'a' }, { partitionKey: 'b' }] });
    const [msg] = await bench.received(1);
    assert.deepEqual(
      (msg!.kinesis as { partitionKey: string }[]).map(({ partitionKey }) => partitionKey),
      ['a', 'b'],
    );
  });

  it('takes a vector for one record, and an empty batch for nothing to do', async () => {
    const bench = await deploy();
    bench.send({ payload: [] }, { payload: [1, 2.5] });
    await bench.done(2);
    assert.equal(bench.outputs[0]!.length, 1);
    assert.deepEqual(await texts(), ['[1,2.5]']);
  });

  it('stores a CSV line', async () => {
    const bench = await deploy({ format: 'csv', fields: ['a', 'b.c', 'd'], delimiter: '\\t' });
    bench.send({ payload: { a: 'x\ty', b: { c: 1 } } });
    await bench.received(1);
    assert.deepEqual(await texts(), ['"x\ty"\t1\t']);
  });

  it('stores text and bytes as they are', async () => {
    const bench = await deploy({ format: 'raw', partitionKey: 'k' });
    const bytes = Buffer.from([0, 255, 128, 10]);
    bench.send({ payload: 'plain ü' }, { payload: bytes });
    await bench.received(2);
    const [text, binary] = await readStream(client, stream);
    assert.equal(Buffer.from(text!.data).toString(), 'plain ü');
    assert.deepEqual(Buffer.from(binary!.data), bytes);
  });

  it('lets an explicit hash key choose the shard', async () => {
    const bench = await deploy({ partitionKey: 'same', explicitHashKey: '{{topic}}' });
    bench.send({ payload: 1, topic: '0' }, { payload: 2, topic: String(2n ** 128n - 1n) });
    await bench.received(2);
    const shards = (await readStream(client, stream)).map(({ shardId }) => shardId);
    assert.equal(new Set(shards).size, 2);
  });

  it('waits for more for as long as it may, unless msg.flush comes', async () => {
    const bench = await deploy({ linger: 60_000 });
    bench.send({ payload: 1 }, { reset: true }, { train: true }, { flush: true });
    await bench.received(1);
    await bench.done(4);
    assert.deepEqual(await texts(), ['1']);
    assert.equal(bench.outputs[0]!.length, 1);
  });

  describe('when the service fails', () => {
    for (const seed of [1, 2, 3]) {
      it(`stores each record exactly once and each key in order under partial failures, seed ${seed}`, async () => {
        const chance = uniformNoise(seed);
        const codes = ['ProvisionedThroughputExceededException', 'InternalFailure'];
        proxy.inject(
          {
            kind: 'partial-put-records',
            code: () => (chance() < 0.3 ? codes[Math.floor(chance() * 2)] : undefined),
          },
          { operation: 'PutRecords', times: 8 },
        );
        const bench = await deploy({ partitionKey: '{{payload.key}}', linger: 0 });
        const payload = Array.from({ length: 60 }, (_, id) => ({ key: `key ${id % 12}`, id }));
        bench.send(
          { payload: payload.slice(0, 30) },
          ...payload.slice(30).map((record) => ({ payload: record })),
        );
        await bench.done(31);
        for (let key = 0; key < 12; key++) {
          const expected = payload
            .filter(({ id }) => id % 12 === key)
            .map((record) => JSON.stringify(record));
          assert.deepEqual(await texts(`key ${key}`), expected);
        }
      });
    }

    it('sends again after throttling, 5xx, a lost connection and an answer that is none', async () => {
      proxy.inject({ kind: 'throttle' });
      proxy.inject({ kind: 'status', status: 503 });
      proxy.inject({ kind: 'drop', moment: 'before' });
      proxy.inject({ kind: 'garbage' });
      const bench = await deploy({ partitionKey: 'k' });
      bench.send({ payload: 1 }, { payload: 2 });
      await bench.received(2);
      assert.deepEqual(await texts(), ['1', '2']);
    });

    it('says in its status that the stream throttles, and that all is stored again', async () => {
      const bench = await deploy({ partitionKey: 'k' });
      const shown: string[] = [];
      bench.node.status = ((status: { text?: string }) => shown.push(status.text ?? '')) as never;
      const shows = (status: string) => () => shown.at(-1)?.includes(status) ?? false;
      proxy.inject(
        { kind: 'partial-put-records', code: () => 'ProvisionedThroughputExceededException' },
        { times: 1000 },
      );
      bench.send({ payload: 1 });
      await bench.until(shows('status.throttled'), 'the throttling in the status');
      proxy.heal();
      await bench.received(1);
      await bench.until(shows('status.stored'), 'the status after it');
    });

    it('stores at least once when an answer is lost', async () => {
      proxy.inject({ kind: 'drop', moment: 'after' }, { operation: 'PutRecords' });
      const bench = await deploy({ partitionKey: 'k' });
      bench.send({ payload: 1 });
      await bench.received(1);
      assert.deepEqual(await texts(), ['1', '1']);
      assert.equal(bench.outputs[0]!.length, 1);
    });

    it('reports a record that is not stored in time, by node, stream and cause, and goes on', async () => {
      proxy.inject(
        { kind: 'partial-put-records', code: () => 'InternalFailure' },
        { operation: 'PutRecords', when: ({ body }) => body.includes('late'), times: Infinity },
      );
      const bench = await deploy({ deadline: 200 });
      bench.send({ payload: 1, topic: 'late' });
      const [failure] = await bench.failed(1);
      assert.match(
        failure!.message,
        /^kinesis-out: record for stream ".*" was not stored within 200 ms: InternalFailure/,
      );
      bench.send({ payload: 2, topic: 'good' });
      await bench.received(1);
      assert.deepEqual(await texts(), ['2']);
    });

    it('reports records of a batch that were not stored alone', async () => {
      proxy.inject(
        {
          kind: 'partial-put-records',
          code: ({ partitionKey }) => (partitionKey === '1' ? 'InternalFailure' : undefined),
        },
        { operation: 'PutRecords', times: Infinity },
      );
      const bench = await deploy({ deadline: 200, partitionKey: '{{payload.id}}' });
      bench.send({ payload: [{ id: 0 }, { id: 1 }, { id: 2 }] });
      const [failure] = await bench.failed(1);
      assert.deepEqual(failure!.msg.payload, { id: 1 });
      const [msg] = await bench.received(1);
      assert.deepEqual(msg!.payload, [{ id: 0 }, { id: 2 }]);
      assert.equal((msg!.kinesis as unknown[]).length, 2);
      await bench.done(1);
    });

    it('says at once that a stream does not exist', async () => {
      const bench = await deploy({ stream: 'nowhere' });
      bench.send({ payload: 1 });
      assert.match(
        (await bench.failed(1))[0]!.message,
        /^kinesis-out: record for stream "nowhere" was not stored: ResourceNotFoundException/,
      );
    });

    it('refuses what the queue does not hold, and stores what it took', async () => {
      const bench = await deploy({ maxQueue: 2, linger: 50 });
      bench.send({ payload: [{ id: 0 }, { id: 1 }, { id: 2 }] }, { payload: 3 });
      const failures = await bench.failed(2);
      assert.match(
        failures[0]!.message,
        /^kinesis-out: record for stream .* the queue is full: 2 records with \d+ bytes wait/,
      );
      assert.deepEqual(
        failures.map(({ msg }) => msg.payload),
        [{ id: 2 }, 3],
      );
      await bench.received(1);
      assert.equal((await texts()).length, 2);
    });

    it('sends what waits when it is stopped', async () => {
      const bench = await deploy({ linger: 60_000 });
      bench.send({ payload: 'last' });
      await helper.unload();
      assert.deepEqual(await texts(), ['"last"']);
    });
  });

  describe('bad input', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const bad: [string, object, object, RegExp][] = [
      ['an undefined payload', {}, {}, /payload must be present, got undefined/],
      [
        'a circular payload',
        {},
        { payload: circular },
        /payload must be a value that JSON can hold .*, got an object/,
      ],
      ['a bigint', {}, { payload: { n: 1n } }, /payload must be a value that JSON can hold/],
      ['a function', {}, { payload: () => 1 }, /payload must be a value that JSON can hold, got a function/],
      ['NaN', {}, { payload: NaN }, /payload must be a finite number, got NaN/],
      [
        'bytes for JSON',
        {},
        { payload: Buffer.from([0, 255]) },
        /payload must be a JSON value, or use format raw, got a buffer of 2 bytes/,
      ],
      [
        'a huge record',
        {},
        { payload: 'x'.repeat(1_048_577) },
        /payload must be at most 1048576 bytes with its partition key \(it has 10485\d\d\)/,
      ],
      [
        'an object for raw',
        { format: 'raw' },
        { payload: { a: 1 } },
        /payload must be text or a buffer in format raw, got an object with a/,
      ],
      [
        'text for CSV',
        { format: 'csv', fields: ['a'] },
        { payload: 'a,b' },
        /payload must be an object to make a CSV line of, got "a,b"/,
      ],
      [
        'an object in a CSV field',
        { format: 'csv', fields: ['a'] },
        { payload: { a: {} } },
        /: a must be text, .*, got an empty object/,
      ],
      [
        'a key that is missing',
        { partitionKey: '{{payload.id}}' },
        { payload: {} },
        /payload\.id must be .*, got undefined/,
      ],
      [
        'a key that is empty',
        { partitionKey: '{{topic}}' },
        { payload: 1, topic: '' },
        /partitionKey must be 1 to 256 characters, got ""/,
      ],
      [
        'a key that is too long',
        {},
        { payload: 1, topic: 'k'.repeat(257) },
        /partitionKey must be 1 to 256 characters, got "k+…" \(257 characters\)/,
      ],
      [
        'a hash key that is none',
        { explicitHashKey: '{{topic}}' },
        { payload: 1, topic: String(2n ** 128n) },
        /explicitHashKey must be a whole number from 0 to 2\^128 - 1, got "\d+"/,
      ],
    ];
    for (const [what, config, message, expected] of bad) {
      it(`reports ${what} by node and field, and takes the next record`, async () => {
        const bench = await deploy(config);
        bench.send({ topic: '1', ...message });
        const [failure] = await bench.failed(1);
        assert.match(failure!.message, /^kinesis-out: /);
        assert.match(failure!.message, expected);
        const format = (config as { format?: string }).format;
        bench.send({ payload: format === 'raw' ? 'good' : { id: 1, a: 1 }, topic: '1' });
        await bench.received(1);
        assert.equal(proxy.count('PutRecords'), 1);
      });
    }

    it('reports a bad record of a batch alone and stores the others', async () => {
      const bench = await deploy();
      bench.send({ payload: [{ id: 1 }, undefined, circular, { id: 2 }] });
      assert.deepEqual((await bench.received(1))[0]!.payload, [{ id: 1 }, { id: 2 }]);
      assert.equal((await bench.failed(2)).length, 2);
      await bench.done(1);
    });

    it('stores ten thousand records of ten thousand keys', async () => {
      const bench = await deploy({ partitionKey: '{{payload.id}}' });
      bench.send({ payload: Array.from({ length: 10_000 }, (_, id) => ({ id })) });
      await bench.until(() => bench.outputs[0]!.length === 1, 'the batch', 15_000);
      assert.equal((bench.outputs[0]![0]!.kinesis as unknown[]).length, 10_000);
      assert.equal(proxy.count('PutRecords'), 20);
    });

    it('fills requests only up to the bytes that the service takes', async () => {
      const bench = await deploy({ format: 'raw' });
      bench.send({ payload: Array.from({ length: 6 }, () => Buffer.alloc(1_000_000)) });
      await bench.received(1);
      assert.equal(proxy.count('PutRecords'), 2);
    });

    const wrong: [object, RegExp][] = [
      [{ aws: '' }, /setting "aws" is required/],
      [{ stream: '' }, /setting "stream" is required/],
      [{ stream: 'no spaces' }, /setting "stream" must be the name of a data stream/],
      [{ partitionKey: '{{payload.' }, /setting "partitionKey" is not a valid template/],
      [{ explicitHashKey: '{{#a}}' }, /setting "explicitHashKey" is not a valid template/],
      [{ format: 'xml' }, /setting "format" must be one of json, csv, raw, got "xml"/],
      [{ format: 'csv' }, /setting "fields" is required/],
      [{ delimiter: '::' }, /setting "delimiter" must be one character/],
      [{ order: 'strict' }, /setting "order" must be one of key, none/],
      [{ linger: -1 }, /setting "linger" must be a whole number from 0/],
      [{ deadline: 'soon' }, /setting "deadline" must be a whole number from 100/],
      [{ maxQueue: 0 }, /setting "maxQueue" must be a whole number from 1/],
      [{ maxQueueBytes: 1 }, /setting "maxQueueBytes" must be a whole number from 1024/],
      [
        { maxRequestBytes: 11 * 1_048_576 },
        /setting "maxRequestBytes" must be a whole number from 1024 to 10485760/,
      ],
      [
        { maxRecordBytes: 6 * 1_048_576 },
        /setting "maxRecordBytes" must be smaller than maxRequestBytes \(5242880\)/,
      ],
    ];
    itRefuses(wrong, deploy, { payload: 1 });
  });
});
