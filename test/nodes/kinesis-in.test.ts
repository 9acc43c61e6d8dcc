import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  DeleteStreamCommand,
  MergeShardsCommand,
  SplitShardCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import { aggregate } from 'aws-kinesis-agg';
import helper from 'node-red-node-test-helper';
import awsConnection from '../../nodes/aws-connection';
import kinesisIn from '../../nodes/kinesis-in';
import { FilePositionStore } from '../../lib/delivery/FilePositionStore';
import { FaultProxy } from '../../local/FaultProxy';
import { startKinesis, startKinesisMock, type LocalKinesis } from '../../local/kinesis';
import { createStream, localKinesisClient, listShards, untilActive } from '../../local/streams';
import { numbered, put } from '../helpers/kinesis';
import { Bench, hooks, loggedErrors, useNodeRed, type Received } from '../helpers/nodeRed';
import { holder, noDone, silent, slow } from '../helpers/receivers';

interface Origin {
  shardId: string;
  sequenceNumber: string;
  subSequenceNumber: number;
  partitionKey: string;
  approximateArrivalTimestamp: number;
  millisBehindLatest: number;
}

describe('kinesis-in', () => {
  useNodeRed();

  let server: LocalKinesis;
  let proxy: FaultProxy;
  let client: KinesisClient;
  let userDir: string;
  let streams = 0;
  let stream: string;

  before(async () => {
    server = await startKinesis();
    client = localKinesisClient(server.endpoint);
  });
  beforeEach(async () => {
    proxy = await FaultProxy.start(server.endpoint);
    userDir = await mkdtemp(path.join(os.tmpdir(), 'kinesis-in-'));
    helper.settings({ userDir } as never);
    stream = `stream-${++streams}`;
  });
  afterEach(async () => {
    await helper.unload();
    await proxy.close();
    await rm(userDir, { recursive: true });
  });
  after(async () => {
    helper.settings({});
    client.destroy();
    await server.close();
  });

  const deploy = (config: object = {}) =>
    Bench.deploy(
      [awsConnection, kinesisIn, slow, silent, noDone, holder],
      {
        type: 'kinesis-in',
        aws: 'aws',
        stream,
        idleWait: 200,
        discoveryInterval: 200,
        saveInterval: 50,
        ...config,
      },
      {
        extra: [
          { id: 'aws', type: 'aws-connection', region: 'us-east-1', endpoint: proxy.endpoint, auth: 'keys' },
          { id: 'to-slow', z: 'flow', type: 'slow', wires: [['out0']] },
          { id: 'to-silent', z: 'flow', type: 'silent', name: 'black hole', wires: [['out0']] },
          { id: 'to-no-done', z: 'flow', type: 'no-done', wires: [['out0']] },
          { id: 'to-holder', z: 'flow', type: 'holder', wires: [['out0']] },
        ],
        credentials: { aws: { accessKeyId: 'local', secretAccessKey: 'local' } },
      },
    );
  const numbers = (messages: readonly Received[]) =>
    messages.map(({ payload }) => (payload as { n: number }).n);
  const until = async (condition: () => boolean | Promise<boolean>, what: string, timeout = 10_000) => {
    const end = Date.now() + timeout;
    while (!(await condition())) {
      assert.ok(Date.now() < end, `timed out waiting for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const positionsFile = () => path.join(userDir, 'streamcut', 'positions', 'node.json');
  const positions = async (): Promise<Record<string, { at: string; sequenceNumber?: string }>> => {
    const text = await readFile(positionsFile(), 'utf8').catch(() => '{"entries":[{"shards":{}}]}');
    return (JSON.parse(text) as { entries: [{ shards: Record<string, { at: string }> }] }).entries[0].shards;
  };
  const positionIs = (sequenceNumber: unknown) =>
    until(
      async () => Object.values(await positions()).some((one) => one.sequenceNumber === sequenceNumber),
      `the position ${String(sequenceNumber)}`,
    );
  const statuses = (bench: Bench) =>
    (bench.node.status as unknown as { args: [{ text?: string; fill?: string }][] }).args.map(
      ([status]) => status,
    );
  const originOf = (msg: Received) => msg.kinesis as Origin;

  it('reads every shard from the oldest record on and says where each record comes from', async () => {
    await createStream(client, stream, 3);
    await put(client, stream, numbered(60, 20));
    const bench = await deploy();
    const messages = await bench.received(60);
    assert.deepEqual(
      numbers(messages).sort((a, b) => a - b),
      [...Array(60).keys()],
    );
    assert.equal(new Set(messages.map((msg) => originOf(msg).shardId)).size, 3);
    const [first] = messages;
    assert.equal(first!.topic, stream);
    assert.equal(first!.timestamp, originOf(first!).approximateArrivalTimestamp);
    assert.ok(Math.abs(Number(first!.timestamp) - Date.now()) < 60_000);
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
    await createStream(client, stream, 2);
    await put(client, stream, numbered(100, 7));
    const bench = await deploy({ emit: 'batch', batchSize: 30 });
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
    await createStream(client, stream);
    await put(client, stream, [{ key: 'a', data: Buffer.from([0xff, 0, 1]) }]);
    const raw = await deploy({ format: 'buffer' });
    assert.deepEqual((await raw.received(1))[0]!.payload, Buffer.from([0xff, 0, 1]));
    await helper.unload();
    await put(client, stream, [{ key: 'a', data: '{"no' }]);
    const text = await deploy({ format: 'utf8', application: 'other' });
    assert.equal((await text.received(2))[1]!.payload, '{"no');
  });

  it('sends what is no JSON to the Catch nodes with its raw data and goes on, in both modes', async () => {
    await createStream(client, stream);
    const data = ['{"n":1}', 'not json', '', '{"n":2}', Buffer.from([0xff, 0xfe]), '{"n":3}'];
    await put(
      client,
      stream,
      data.map((each) => ({ key: 'a', data: each || ' ' })),
    );
    for (const emit of ['record', 'batch']) {
      const bench = await deploy({ emit, application: emit });
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
    await createStream(client, stream);
    await put(
      client,
      stream,
      ['1', '2', '3'].map((each) => ({ key: 'a', data: each })),
    );
    const bench = await deploy({ emit: 'batch' });
    assert.deepEqual(
      (await bench.received(3)).map(({ payload }) => payload),
      [1, 2, 3],
    );
  });

  it('starts at the newest record when asked, and misses nothing from then on', async () => {
    await createStream(client, stream, 2);
    await put(client, stream, numbered(20, 5));
    const bench = await deploy({ startAt: 'latest' });
    await until(() => proxy.count('GetRecords') >= 2, 'the first reads');
    await put(client, stream, numbered(20, 5, 100));
    const messages = await bench.received(20);
    assert.ok(numbers(messages).every((n) => n >= 100));
  });

  it('starts at a point in time', async () => {
    await createStream(client, stream);
    await put(client, stream, numbered(3));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const time = Date.now();
    await put(client, stream, numbered(3, 1, 100));
    const bench = await deploy({ startAt: 'timestamp', startTimestamp: new Date(time - 500).toISOString() });
    assert.deepEqual(numbers(await bench.received(3)), [100, 101, 102]);
  });

  it('waits for a stream that does not exist yet, and says so', async () => {
    const bench = await deploy();
    await until(() => statuses(bench).some(({ text }) => text === 'kinesis-in.status.missing'), 'the status');
    const { warn } = bench.node as unknown as { warn: { args: [string][] } };
    assert.deepEqual(warn.args, [['kinesis-in.warning.failing']]);
    await createStream(client, stream);
    await put(client, stream, numbered(3));
    await bench.received(3);
    await until(() => /shard.*current/.test(statuses(bench).at(-1)?.text ?? ''), 'the shard in the status');
  });

  it('reads a stream that was deleted and created anew from its first record', async () => {
    await createStream(client, stream);
    await put(client, stream, numbered(5));
    const bench = await deploy({ startAt: 'trim-horizon' });
    await bench.received(5);
    await client.send(new DeleteStreamCommand({ StreamName: stream }));
    // Streams are told apart by the second of their creation.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await createStream(client, stream);
    await put(client, stream, numbered(5, 1, 100));
    await bench.until(() => numbers(bench.outputs[0]!).includes(104), 'the new records', 15_000);
    assert.deepEqual(numbers(bench.outputs[0]!).slice(-5), [100, 101, 102, 103, 104]);
  });

  it('unpacks records of the Kinesis Producer Library', async () => {
    await createStream(client, stream);
    const records = Array.from({ length: 10 }, (_, n) => ({
      partitionKey: `key ${n % 3}`,
      data: Buffer.from(JSON.stringify({ n })),
    }));
    const packed = await new Promise<Buffer>((resolve, reject) =>
      aggregate(
        records,
        ({ data }) => resolve(data),
        () => undefined,
        reject,
      ),
    );
    const damaged = Buffer.from(packed);
    damaged[damaged.length - 1]! ^= 1;
    await put(client, stream, [
      { key: 'a', data: packed },
      { key: 'a', data: damaged },
      { key: 'a', data: '{"n":10}' },
    ]);
    const bench = await deploy();
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
    await createStream(client, stream, 4);
    await put(client, stream, numbered(10_000, 10_000));
    const bench = await deploy({ emit: 'batch', batchSize: 5000, maxInFlight: 5000 });
    const seen = () => bench.outputs[0]!.reduce((sum, { payload }) => sum + (payload as unknown[]).length, 0);
    await bench.until(() => seen() >= 10_000, 'all records', 40_000);
    const keys = bench.outputs[0]!.flatMap(({ payload }) =>
      (payload as { key: string }[]).map(({ key }) => key),
    );
    assert.equal(new Set(keys).size, 10_000);
    assert.equal(keys.length, 10_000);
  });

  describe('positions', () => {
    it('resume after a restart: nothing lost, nothing twice when all was done', async () => {
      await createStream(client, stream, 2);
      await put(client, stream, numbered(40, 8));
      const first = await deploy();
      await first.received(40);
      await helper.unload();
      await put(client, stream, numbered(40, 8, 40));
      const second = await deploy();
      const after = numbers(await second.received(40));
      assert.deepEqual(
        after.sort((a, b) => a - b),
        Array.from({ length: 40 }, (_, n) => 40 + n),
      );
    });

    it('resume in the middle of a packed record', async () => {
      await createStream(client, stream);
      const records = Array.from({ length: 6 }, (_, n) => ({
        partitionKey: 'a',
        data: JSON.stringify({ n }),
      }));
      const packed = await new Promise<Buffer>((resolve, reject) =>
        aggregate(
          records,
          ({ data }) => resolve(data),
          () => undefined,
          reject,
        ),
      );
      await put(client, stream, [{ key: 'a', data: packed }]);
      // The node takes the first four and never finishes with the fifth.
      const first = await deploy({ wires: [['to-holder']], maxInFlight: 5 });
      await first.received(4);
      await until(
        async () =>
          Object.values(await positions()).some((one) =>
            JSON.stringify(one).includes('"subSequenceNumber":3'),
          ),
        'the fourth record done',
      );
      await helper.unload();
      const second = await deploy();
      assert.deepEqual(numbers(await second.received(2)), [4, 5]);
    });

    it('give records again that the flow had not finished when it was stopped', async () => {
      await createStream(client, stream);
      await put(client, stream, numbered(10));
      const first = await deploy({ wires: [['to-silent']], maxInFlight: 4 });
      await until(() => statuses(first).some(({ text }) => /shard/.test(text ?? '')), 'the first reads');
      await helper.unload();
      const second = await deploy();
      assert.deepEqual(numbers(await second.received(10)), [...Array(10).keys()]);
    });

    it('belong to an application: another name starts anew, the old one resumes', async () => {
      await createStream(client, stream);
      await put(client, stream, numbered(3));
      const a = await deploy({ application: 'a' });
      await positionIs(originOf((await a.received(3))[2]!).sequenceNumber);
      await helper.unload();
      const b = await deploy({ application: 'b' });
      await b.received(3);
      await helper.unload();
      await put(client, stream, numbered(1, 1, 3));
      const again = await deploy({ application: 'a' });
      assert.deepEqual(numbers(await again.received(1)), [3]);
    });

    it('that are damaged stop the node with a message that says what to do', async () => {
      await createStream(client, stream);
      await put(client, stream, numbered(3));
      const first = await deploy();
      await positionIs(originOf((await first.received(3))[2]!).sequenceNumber);
      await helper.unload();
      const text = await readFile(positionsFile(), 'utf8');
      await writeFile(positionsFile(), text.replace(/"sequenceNumber":"\d/, '"sequenceNumber":"9'));
      const second = await deploy();
      await until(() => loggedErrors().length > 0, 'an error');
      assert.match(
        loggedErrors()[0]!,
        /^kinesis-in: positions in .*node\.json are damaged.*delete it to start/,
      );
      assert.deepEqual(statuses(second).at(-1), {
        fill: 'red',
        shape: 'ring',
        text: 'kinesis-in.status.positions',
      });
      assert.equal(second.outputs[0]!.length, 0);
      assert.deepEqual(await readdir(path.dirname(positionsFile())), ['node.json']);
    });

    it('that the stream does not know start at its oldest record, with a warning', async () => {
      await createStream(client, stream);
      await put(client, stream, numbered(3));
      const first = await deploy();
      await positionIs(originOf((await first.received(3))[2]!).sequenceNumber);
      await helper.unload();
      const saved = new FilePositionStore(positionsFile(), { application: 'streamcut', stream });
      const { createdAt } = (await saved.load())!;
      await saved.save({
        createdAt,
        shards: { 'shardId-000000000000': { at: 'after', sequenceNumber: '123' } },
      });
      const second = await deploy();
      assert.deepEqual(numbers(await second.received(3)), [0, 1, 2]);
      const { warn } = second.node as unknown as { warn: { args: [string][] } };
      assert.ok(warn.args.some(([text]) => text === 'kinesis-in.warning.position-refused'));
    });
  });

  describe('in flight', () => {
    it('never has more unfinished records than it may, and waits for a slow flow', async () => {
      await createStream(client, stream, 2);
      await put(client, stream, numbered(40, 9));
      slow.running = slow.most = 0;
      const bench = await deploy({ wires: [['to-slow']], maxInFlight: 3 });
      await bench.received(40);
      assert.equal(slow.most, 3);
      assert.equal(new Set(numbers(bench.outputs[0]!)).size, 40);
    });

    it('counts a message that goes two ways as done when both are', async () => {
      await createStream(client, stream);
      await put(client, stream, numbered(2));
      const bench = await deploy({ wires: [['out0', 'to-silent']] });
      await bench.received(2);
      // Both have been received, one of two ways is not finished, and some saves have gone by.
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.ok(!Object.values(await positions()).some(({ at }) => at === 'after'));
    });

    for (const [what, wires] of [
      ['with nothing wired to it', []],
      ['whose nodes do not take done', ['to-no-done']],
      ['whose nodes take done', ['to-slow']],
      ['whose wire leads to a node that is not there', ['nobody']],
    ] as const) {
      it(`moves the position in a flow ${what}`, async () => {
        await createStream(client, stream);
        await put(client, stream, numbered(5));
        await deploy({ wires: [wires], maxInFlight: 2 });
        await until(
          async () => Object.values(await positions()).some(({ at }) => at === 'after'),
          'a position',
        );
        await helper.unload();
        const after = await deploy();
        await put(client, stream, numbered(1, 1, 5));
        assert.deepEqual(numbers(await after.received(1)), [5]);
      });
    }

    it('gives up on a node that never says done, and names it in a warning', async () => {
      await createStream(client, stream);
      await put(client, stream, numbered(4));
      const bench = await deploy({ wires: [['to-silent', 'out0']], maxInFlight: 2, maxHold: 200 });
      await bench.received(4);
      const { warn } = bench.node as unknown as { warn: { args: [string][] } };
      assert.deepEqual(
        warn.args.map(([text]) => text),
        ['kinesis-in.warning.held'],
      );
    });

    it('gives again what a node had when a deploy stopped it, in order', async () => {
      await createStream(client, stream);
      await put(client, stream, numbered(10));
      const bench = await deploy({ wires: [['to-holder']], maxInFlight: 3 });
      // Four are done; three more have come and are never finished.
      await bench.received(7);
      const flow = (helper as unknown as { _redNodes: { getFlows(): { flows: { id: string }[] } } })._redNodes
        .getFlows()
        .flows.map((node) => (node.id === 'to-holder' ? { ...node, type: 'slow' } : node));
      await helper.setFlows(flow as never, 'nodes');
      await bench.until(() => bench.outputs[0]!.length >= 13);
      assert.deepEqual(numbers(bench.outputs[0]!), [0, 1, 2, 3, 4, 5, 6, 4, 5, 6, 7, 8, 9]);
    });

    it('counts a record that failed as done once the Catch nodes have it', async () => {
      await createStream(client, stream);
      await put(client, stream, [...numbered(2), { key: 'a', data: 'bad' }]);
      const bench = await deploy();
      const [failure] = await bench.failed(1);
      await positionIs(originOf(failure!.msg).sequenceNumber);
    });

    it('leaves no hook behind when the last node is gone', async () => {
      await createStream(client, stream);
      const bench = await deploy();
      assert.ok(hooks.has('preDeliver.streamcut-delivery'));
      assert.ok(bench.node);
      await helper.unload();
      assert.ok(!hooks.has('preDeliver.streamcut-delivery'));
      assert.ok(!hooks.has('onComplete.streamcut-delivery'));
    });
  });

  describe('faults', () => {
    beforeEach(async () => {
      await createStream(client, stream, 2);
    });

    const readsThrough = async (fault: Parameters<FaultProxy['inject']>[0], operation: string, times = 4) => {
      await put(client, stream, numbered(20, 6));
      proxy.inject(fault, { operation, times });
      const bench = await deploy();
      await bench.until(() => bench.outputs[0]!.length >= 20, 'all records', 15_000);
      assert.equal(proxy.requests.filter((request) => request.fault === fault.kind).length, times);
      assert.deepEqual(
        numbers(bench.outputs[0]!).sort((a, b) => a - b),
        [...Array(20).keys()],
      );
      return bench;
    };

    it('rides out throttling', () => readsThrough({ kind: 'throttle' }, 'GetRecords'));
    it('renews expired iterators', () => readsThrough({ kind: 'expired-iterator' }, 'GetRecords', 2));
    it('rides out errors of the service', () => readsThrough({ kind: 'status', status: 503 }, 'GetRecords'));
    it('rides out dropped connections', () => readsThrough({ kind: 'drop', moment: 'after' }, 'GetRecords'));
    it('rides out garbage', () => readsThrough({ kind: 'garbage' }, 'GetRecords', 2));
    it('rides out faults while it looks for shards', () => readsThrough({ kind: 'throttle' }, 'ListShards'));
    it('rides out faults while it opens a shard', () =>
      readsThrough({ kind: 'status', status: 500 }, 'GetShardIterator'));

    it('says in its status that it is throttled, and when it no longer is', async () => {
      proxy.inject({ kind: 'throttle' }, { operation: 'GetRecords', times: 1000 });
      const bench = await deploy();
      await until(
        () => statuses(bench).some(({ text }) => text === 'kinesis-in.status.throttled'),
        'the status',
      );
      proxy.heal();
      await until(() => /current/.test(statuses(bench).at(-1)?.text ?? ''), 'the end of it');
    });

    it('closes while a read hangs, and while the service is away', async () => {
      proxy.inject({ kind: 'hang' }, { operation: 'GetRecords', times: 1000 });
      await deploy();
      await until(() => proxy.count('GetRecords') >= 2, 'a read');
      await helper.unload();
      proxy.inject({ kind: 'drop', moment: 'before' }, { times: 1000 });
      await deploy();
      await helper.unload();
    });
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
    for (const [config, expected] of wrong) {
      it(`refuses ${JSON.stringify(config)} at deploy`, async () => {
        await deploy(config);
        assert.ok(
          loggedErrors().some((text) => expected.test(text)),
          loggedErrors().join('\n'),
        );
        assert.equal(proxy.requests.length, 0);
      });
    }

    it('takes numbers as text, as environment variables give them', async () => {
      await createStream(client, stream);
      await put(client, stream, numbered(2));
      const bench = await deploy({ maxInFlight: '10', idleWait: '200', batchSize: '1' });
      await bench.received(2);
    });
  });

  for (const [name, start] of [
    ['Kinesalite', () => Promise.resolve(server)],
    ['Kinesis Mock', () => startKinesisMock()],
  ] as const) {
    describe(`resharding on ${name}`, () => {
      let local: LocalKinesis;
      let localClient: KinesisClient;

      before(async function () {
        this.timeout(60_000);
        local = await start();
        localClient = local === server ? client : localKinesisClient(local.endpoint);
      });
      beforeEach(async () => {
        await proxy.close();
        proxy = await FaultProxy.start(local.endpoint);
      });
      after(async () => {
        if (local === server) return;
        localClient.destroy();
        await local.close();
      });

      const half = (2n ** 127n).toString();
      const quarter = (2n ** 126n).toString();
      const openShards = async () =>
        (await listShards(localClient, stream)).filter(
          ({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber,
        );

      it('loses nothing and keeps each key in order across a split and a merge', async function () {
        this.timeout(60_000);
        await createStream(localClient, stream, 1);
        const bench = await deploy();
        await put(localClient, stream, numbered(60, 12));
        const [only] = await openShards();
        await localClient.send(
          new SplitShardCommand({
            StreamName: stream,
            ShardToSplit: only!.ShardId,
            NewStartingHashKey: half,
          }),
        );
        await untilActive(localClient, stream);
        await put(localClient, stream, numbered(60, 12, 60));
        const [left, right] = await openShards();
        await localClient.send(
          new MergeShardsCommand({
            StreamName: stream,
            ShardToMerge: left!.ShardId,
            AdjacentShardToMerge: right!.ShardId,
          }),
        );
        await untilActive(localClient, stream);
        await put(localClient, stream, numbered(60, 12, 120));
        await bench.until(() => bench.outputs[0]!.length >= 180, 'all records', 30_000);
        const records = bench.outputs[0]!.map(({ payload }) => payload as { key: string; n: number });
        assert.equal(records.length, 180);
        assertOrdered(records);
        assert.equal(new Set(bench.outputs[0]!.map((msg) => originOf(msg).shardId)).size, 4);
      });

      it('reads a stream that was resharded before, parents first, and resumes in the children', async function () {
        this.timeout(60_000);
        await createStream(localClient, stream, 1);
        await put(localClient, stream, numbered(20, 5));
        const [only] = await openShards();
        await localClient.send(
          new SplitShardCommand({
            StreamName: stream,
            ShardToSplit: only!.ShardId,
            NewStartingHashKey: quarter,
          }),
        );
        await untilActive(localClient, stream);
        await put(localClient, stream, numbered(20, 5, 20));
        const first = await deploy();
        await first.until(() => first.outputs[0]!.length >= 40, 'all records', 30_000);
        assertOrdered(first.outputs[0]!.map(({ payload }) => payload as { key: string; n: number }));
        await helper.unload();
        await put(localClient, stream, numbered(5, 5, 40));
        const second = await deploy();
        await second.until(() => second.outputs[0]!.length >= 5, 'the new records', 30_000);
        assert.deepEqual(
          numbers(second.outputs[0]!).sort((a, b) => a - b),
          [40, 41, 42, 43, 44],
        );
      });

      it('does not start a child before its parent is finished', async function () {
        this.timeout(60_000);
        await createStream(localClient, stream, 1);
        await put(localClient, stream, numbered(5, 5));
        const [only] = await openShards();
        await localClient.send(
          new SplitShardCommand({
            StreamName: stream,
            ShardToSplit: only!.ShardId,
            NewStartingHashKey: half,
          }),
        );
        await untilActive(localClient, stream);
        await put(localClient, stream, numbered(5, 5, 5));
        // Of five records of the parent the node says done for four.
        const bench = await deploy({ wires: [['to-holder']] });
        await bench.until(() => bench.outputs[0]!.length >= 5, 'the parent', 30_000);
        const looks = proxy.count('ListShards');
        await until(() => proxy.count('ListShards') >= looks + 3, 'more looks for shards');
        const origins = bench.outputs[0]!.map((msg) => originOf(msg).shardId);
        assert.ok(origins.every((id) => id === only!.ShardId));
      });
    });
  }
});

/** Records of one key come in the order in which they were put. */
function assertOrdered(records: readonly { key: string; n: number }[]): void {
  const last = new Map<string, number>();
  for (const { key, n } of records) {
    assert.ok(n > (last.get(key) ?? -1), `${key}: ${n} came after ${last.get(key)}`);
    last.set(key, n);
  }
}
