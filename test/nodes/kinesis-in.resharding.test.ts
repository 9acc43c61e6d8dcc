import assert from 'node:assert/strict';
import { MergeShardsCommand, SplitShardCommand, type Shard } from '@aws-sdk/client-kinesis';
import helper from 'node-red-node-test-helper';
import { startKinesis, startKinesisMock } from '../../local/kinesis';
import { listShards, untilActive } from '../../local/streams';
import { numbered } from '../helpers/kinesis';
import { assertOrdered, numbers, originOf, useKinesisIn } from '../helpers/kinesisIn';
import { until } from '../helpers/until';

for (const [name, start, config] of [
  ['Kinesalite', startKinesis, {}],
  ['Kinesis Mock', startKinesisMock, {}],
  ['Kinesis Mock, by enhanced fan-out', startKinesisMock, { consumption: 'enhanced-fan-out' }],
] as const) {
  describe(`kinesis-in: resharding on ${name}`, () => {
    const node = useKinesisIn(start);
    const { kinesis } = node;
    const half = (2n ** 127n).toString();
    const quarter = (2n ** 126n).toString();
    const openShards = async () =>
      (await listShards(kinesis.client, kinesis.stream)).filter(
        ({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber,
      );
    const split = async ({ ShardId }: Shard, NewStartingHashKey: string) => {
      const { client, stream: StreamName } = kinesis;
      await client.send(new SplitShardCommand({ StreamName, ShardToSplit: ShardId, NewStartingHashKey }));
      await untilActive(client, StreamName);
    };
    const merge = async (one: Shard, next: Shard) => {
      const { client, stream: StreamName } = kinesis;
      const shards = { ShardToMerge: one.ShardId, AdjacentShardToMerge: next.ShardId };
      await client.send(new MergeShardsCommand({ StreamName, ...shards }));
      await untilActive(client, StreamName);
    };

    it('loses nothing and keeps each key in order across a split and a merge', async function () {
      this.timeout(60_000);
      await kinesis.create();
      const bench = await node.deploy(config);
      await kinesis.put(numbered(60, 12));
      const [only] = await openShards();
      await split(only!, half);
      await kinesis.put(numbered(60, 12, 60));
      const [left, right] = await openShards();
      await merge(left!, right!);
      await kinesis.put(numbered(60, 12, 120));
      await bench.until(() => bench.outputs[0]!.length >= 180, 'all records', 30_000);
      const records = bench.outputs[0]!.map(({ payload }) => payload as { key: string; n: number });
      assert.equal(records.length, 180);
      assertOrdered(records);
      assert.equal(new Set(bench.outputs[0]!.map((msg) => originOf(msg).shardId)).size, 4);
    });

    it('reads a stream that was resharded before, parents first, and resumes in the children', async function () {
      this.timeout(60_000);
      await kinesis.create();
      await kinesis.put(numbered(20, 5));
      const [only] = await openShards();
      await split(only!, quarter);
      await kinesis.put(numbered(20, 5, 20));
      const first = await node.deploy(config);
      await first.until(() => first.outputs[0]!.length >= 40, 'all records', 30_000);
      assertOrdered(first.outputs[0]!.map(({ payload }) => payload as { key: string; n: number }));
      await helper.unload();
      await kinesis.put(numbered(5, 5, 40));
      const second = await node.deploy(config);
      await second.until(() => second.outputs[0]!.length >= 5, 'the new records', 30_000);
      assert.deepEqual(
        numbers(second.outputs[0]!).sort((a, b) => a - b),
        [40, 41, 42, 43, 44],
      );
    });

    it('does not start a child before its parent is finished', async function () {
      this.timeout(60_000);
      await kinesis.create();
      await kinesis.put(numbered(5, 5));
      const [only] = await openShards();
      await split(only!, half);
      await kinesis.put(numbered(5, 5, 5));
      // Of five records of the parent the node says done for four.
      const bench = await node.deploy({ ...config, wires: [['to-holder']] });
      await bench.until(() => bench.outputs[0]!.length >= 5, 'the parent', 30_000);
      const looks = kinesis.proxy.count('ListShards');
      await until(() => kinesis.proxy.count('ListShards') >= looks + 3, 'more looks for shards');
      const origins = bench.outputs[0]!.map((msg) => originOf(msg).shardId);
      assert.ok(origins.every((id) => id === only!.ShardId));
    });
  });
}
