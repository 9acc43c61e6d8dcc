import assert from 'node:assert/strict';
import { DescribeStreamConsumerCommand, DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import helper from 'node-red-node-test-helper';
import { startKinesis, startKinesisMock } from '../../local/kinesis';
import { itRefuses } from '../helpers/itRefuses';
import { numbered } from '../helpers/kinesis';
import { assertOrdered, numbers, originOf, statuses, useKinesisIn, warnings } from '../helpers/kinesisIn';
import type { Bench } from '../helpers/nodeRed';
import { PushServer } from '../helpers/PushServer';
import { packed } from '../helpers/packed';
import { until } from '../helpers/until';

const fanOut = { consumption: 'enhanced-fan-out' };

describe('kinesis-in: enhanced fan-out on Kinesis Mock', function () {
  this.timeout(60_000);
  const node = useKinesisIn(startKinesisMock);
  const { kinesis } = node;

  /** Whether a consumer of that name is registered with the test's stream. */
  async function isRegistered(ConsumerName: string): Promise<boolean> {
    const { client, stream } = kinesis;
    const { StreamDescriptionSummary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName: stream }),
    );
    const { StreamARN } = StreamDescriptionSummary!;
    const describe = new DescribeStreamConsumerCommand({ StreamARN, ConsumerName });
    return client.send(describe).then(
      () => true,
      () => false,
    );
  }

  it('gets the records of every shard pushed, in order, never polls, and says so', async () => {
    await kinesis.create(3);
    await kinesis.put(numbered(60, 9));
    const bench = await node.deploy(fanOut);
    await bench.received(60);
    await kinesis.put(numbered(60, 9, 60));
    const messages = await bench.received(120);
    assertOrdered(messages.map(({ payload }) => payload as { key: string; n: number }));
    assert.equal(messages.length, 120);
    assert.equal(new Set(messages.map((msg) => originOf(msg).shardId)).size, 3);
    assert.equal(kinesis.proxy.count('GetRecords'), 0);
    assert.match(statuses(bench).at(-1)!.text!, /current, .*fan-out/);
    assert.deepEqual(warnings(bench), []);
  });

  it('registers a consumer named like its application, or as it is told, and leaves it registered', async () => {
    await kinesis.create();
    await kinesis.put(numbered(1));
    await (await node.deploy({ ...fanOut, application: 'mine' })).received(1);
    await helper.unload();
    await (
      await node.deploy({ ...fanOut, application: 'a name with blanks', consumerName: 'own' })
    ).received(1);
    await helper.unload();
    assert.deepEqual([await isRegistered('mine'), await isRegistered('own')], [true, true]);
  });

  it('resumes where the flow was done, also in the middle of a packed record', async () => {
    await kinesis.create();
    await kinesis.put([{ key: 'a', data: await packed(numbered(6)) }]);
    const first = await node.deploy({ ...fanOut, wires: [['to-holder']], maxInFlight: 5 });
    await first.received(5);
    await until(
      () => JSON.stringify(node.positions()).includes('"subSequenceNumber":3'),
      'the fourth record done',
    );
    await helper.unload();
    await kinesis.put(numbered(2, 1, 6));
    const second = await node.deploy(fanOut);
    assert.deepEqual(numbers(await second.received(4)), [4, 5, 6, 7]);
  });

  it('goes on between polling and enhanced fan-out, either way, with nothing lost and nothing twice', async () => {
    await kinesis.create();
    for (const [round, consumption] of ['polling', 'enhanced-fan-out', 'polling'].entries()) {
      const last = await kinesis.put(numbered(5, 1, 5 * round));
      const bench = await node.deploy({ consumption });
      assert.deepEqual(
        numbers(await bench.received(5)),
        [0, 1, 2, 3, 4].map((n) => 5 * round + n),
      );
      await node.positionIs(last);
      await helper.unload();
    }
  });

  it('starts at the newest record when asked', async () => {
    await kinesis.create();
    await kinesis.put(numbered(5));
    const bench = await node.deploy({ ...fanOut, startAt: 'latest' });
    await until(() => /fan-out/.test(statuses(bench).at(-1)?.text ?? ''), 'the subscription');
    await kinesis.put(numbered(3, 1, 100));
    assert.deepEqual(numbers(await bench.received(3)), [100, 101, 102]);
  });

  it('loses nothing and repeats nothing when connections break at any moment', async () => {
    await kinesis.create(2);
    // Of each shard some connections break before their first event, some between two, and some are refused.
    for (const ms of [0, 300, 1500, 2200]) {
      kinesis.proxy.inject({ kind: 'cut', ms }, { operation: 'SubscribeToShard', times: 2 });
    }
    kinesis.proxy.inject({ kind: 'drop', moment: 'before' }, { operation: 'SubscribeToShard', times: 3 });
    kinesis.proxy.inject({ kind: 'status', status: 503 }, { operation: 'SubscribeToShard', times: 3 });
    const bench = await node.deploy(fanOut);
    for (let n = 0; n < 60; n += 5) {
      await kinesis.put(numbered(5, 5, n));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    const met = () => kinesis.proxy.requests.filter(({ fault }) => fault !== undefined).length;
    await bench.until(() => bench.outputs[0]!.length >= 60 && met() === 14, 'all records', 40_000);
    assertOrdered(bench.outputs[0]!.map(({ payload }) => payload as { key: string; n: number }));
    assert.equal(bench.outputs[0]!.length, 60);
  });

  it('closes while a subscription stands, hangs, or waits for a busy flow', async () => {
    await kinesis.create(2);
    await kinesis.put(numbered(20, 6));
    const open = () => kinesis.proxy.count('SubscribeToShard');
    await (await node.deploy(fanOut)).received(20);
    await helper.unload();
    await kinesis.put(numbered(20, 6));
    await (await node.deploy({ ...fanOut, wires: [['to-holder']], maxInFlight: 1 })).received(1);
    await helper.unload();
    kinesis.proxy.inject({ kind: 'hang' }, { operation: 'SubscribeToShard', times: 100 });
    const before = open();
    await node.deploy(fanOut);
    await until(() => open() > before, 'a subscription');
    await helper.unload();
  });
});

describe('kinesis-in: enhanced fan-out as only AWS does it', () => {
  let server: PushServer;
  const node = useKinesisIn(async () => (server = await PushServer.start()));
  beforeEach(() => {
    server.shards.length = 0;
    server.exclusive = 0;
  });

  it('reads the children of a shard as soon as the subscription tells that it has ended', async () => {
    server.addShard('parent', 3);
    const bench = await node.deploy({ ...fanOut, discoveryInterval: 3_600_000 });
    await bench.received(3);
    server.put('parent', 3, 4);
    server.addShard('child', 2, 5, { parent: 'parent' });
    assert.deepEqual(numbers(await bench.received(7)), [0, 1, 2, 3, 4, 5, 6]);
  });

  it('gets its subscription back when another reader takes it, and names the shard in a warning', async () => {
    server.addShard('a', 3);
    server.exclusive = 2500;
    const bench = await node.deploy(fanOut);
    await bench.received(3);
    server.put('a', 3);
    server.end({ exception: 'ResourceInUseException' });
    await until(() => /busy/.test(statuses(bench).at(-1)?.text ?? ''), 'the status');
    assert.deepEqual(numbers(await bench.received(4)), [0, 1, 2, 3]);
    await until(() => /fan-out/.test(statuses(bench).at(-1)?.text ?? ''), 'the end of it');
    assert.deepEqual(warnings(bench), ['kinesis-in.warning.subscription-taken']);
  });
});

describe('kinesis-in: enhanced fan-out that is not to be had', () => {
  const node = useKinesisIn(startKinesis);
  const { kinesis } = node;

  it('polls a server that does not know it, with one warning and a status', async () => {
    await kinesis.create(2);
    await kinesis.put(numbered(20, 6));
    const bench = await node.deploy(fanOut);
    await bench.received(20);
    await kinesis.put(numbered(20, 6, 20));
    await bench.received(40);
    await until(() => /polling/.test(statuses(bench).at(-1)?.text ?? ''), 'the status');
    assert.equal(statuses(bench).at(-1)!.fill, 'yellow');
    assert.deepEqual(warnings(bench), ['kinesis-in.warning.fan-out-refused']);
    assert.ok(kinesis.proxy.count('DescribeStreamConsumer') <= 2);
  });

  const what =
    /setting "consumerName" must be the name of a consumer \(1 to 128 letters, digits, _ \. -\), got/;
  itRefuses(
    [
      [
        { consumption: 'pushing' },
        /setting "consumption" must be one of polling, enhanced-fan-out, got "pushing"/,
      ],
      [{ consumerName: 'two words' }, what],
      [{ ...fanOut, application: 'two words' }, what],
    ],
    (config): Promise<Bench> => node.deploy(config),
  );

  it('takes any application where its name names no consumer', async () => {
    await kinesis.create();
    await kinesis.put(numbered(1));
    await (await node.deploy({ application: 'two words' })).received(1);
  });
});
