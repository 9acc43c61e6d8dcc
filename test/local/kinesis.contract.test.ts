/** What we stand on: two independent implementations of Kinesis give the same answers to what the nodes ask of it. */
import assert from 'node:assert/strict';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  MergeShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import { startKinesis, startKinesisMock, type LocalKinesis } from '../../local/kinesis';
import { createStream, listShards, localKinesisClient, readStream, untilActive } from '../../local/streams';

const servers = { Kinesalite: startKinesis, 'Kinesis Mock': startKinesisMock };
const middle = String(2n ** 127n);

for (const [name, start] of Object.entries(servers)) {
  describe(`local Kinesis: ${name}`, () => {
    let server: LocalKinesis;
    let client: KinesisClient;
    let streams = 0;
    let stream: string;

    before(async () => {
      server = await start();
      client = localKinesisClient(server.endpoint);
    });
    beforeEach(() => void (stream = `stream-${++streams}`));
    after(async () => {
      client.destroy();
      await server.close();
    });

    const put = async (...texts: string[]) => {
      const Records = texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) }));
      return (await client.send(new PutRecordsCommand({ StreamName: stream, Records }))).Records!;
    };
    const readFrom = async (start: Omit<GetShardIteratorCommandInput, 'StreamName' | 'ShardId'>) => {
      const [shard] = await listShards(client, stream);
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({ StreamName: stream, ShardId: shard!.ShardId, ...start }),
      );
      return client.send(new GetRecordsCommand({ ShardIterator }));
    };
    const texts = (records: { Data?: Uint8Array }[] = []) =>
      records.map(({ Data = new Uint8Array() }) => Buffer.from(Data).toString());

    it('listens on loopback alone', () => {
      assert.match(server.endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
    });

    it('creates a stream whose shards share the hash keys', async () => {
      await createStream(client, stream, 2);
      const [low, high] = (await listShards(client, stream)).map(({ HashKeyRange }) => HashKeyRange!);
      // The service cuts in the middle; Kinesis Mock cuts one key earlier.
      assert.deepEqual(
        [low!.StartingHashKey, BigInt(low!.EndingHashKey!) + 1n, high!.EndingHashKey],
        ['0', BigInt(high!.StartingHashKey!), String(2n ** 128n - 1n)],
      );
    });

    it('stores entries and answers by position', async () => {
      await createStream(client, stream, 2);
      const results = await put('a', 'b', 'c', 'd');
      const stored = await readStream(client, stream);
      assert.deepEqual(
        results.map(({ ShardId, SequenceNumber }) => [ShardId, SequenceNumber]),
        ['a', 'b', 'c', 'd'].map((text) => {
          const record = stored.find(({ partitionKey }) => partitionKey === text)!;
          return [record.shardId, record.sequenceNumber];
        }),
      );
    });

    it('starts reading at each of the positions', async () => {
      await createStream(client, stream);
      const [first] = await put('1', '2', '3');
      const at = { StartingSequenceNumber: first!.SequenceNumber };
      const read = async (start: Parameters<typeof readFrom>[0]) => texts((await readFrom(start)).Records);
      assert.deepEqual(await read({ ShardIteratorType: 'TRIM_HORIZON' }), ['1', '2', '3']);
      assert.deepEqual(await read({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', ...at }), ['1', '2', '3']);
      assert.deepEqual(await read({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', ...at }), ['2', '3']);
      assert.deepEqual(await read({ ShardIteratorType: 'LATEST' }), []);
      assert.deepEqual(
        await read({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(Date.now() - 60_000) }),
        ['1', '2', '3'],
      );
    });

    it('keeps a split shard readable to its end, and names it as the parent of its children', async () => {
      await createStream(client, stream);
      await put('before');
      const [parent] = await listShards(client, stream);
      await client.send(
        new SplitShardCommand({
          StreamName: stream,
          ShardToSplit: parent!.ShardId!,
          NewStartingHashKey: middle,
        }),
      );
      await untilActive(client, stream);
      await put('after');
      const [closed, ...children] = await listShards(client, stream);
      assert.ok(closed!.SequenceNumberRange?.EndingSequenceNumber);
      assert.deepEqual(
        children.map(({ ParentShardId }) => ParentShardId),
        [parent!.ShardId, parent!.ShardId],
      );
      const page = await readFrom({ ShardIteratorType: 'TRIM_HORIZON' });
      assert.deepEqual(texts(page.Records), ['before']);
      assert.deepEqual(
        (await readStream(client, stream)).map(({ partitionKey }) => partitionKey),
        ['before', 'after'],
      );
    });

    it('names both parents of a merged shard', async () => {
      await createStream(client, stream, 2);
      const [left, right] = await listShards(client, stream);
      await client.send(
        new MergeShardsCommand({
          StreamName: stream,
          ShardToMerge: left!.ShardId!,
          AdjacentShardToMerge: right!.ShardId!,
        }),
      );
      await untilActive(client, stream);
      const merged = (await listShards(client, stream))[2]!;
      assert.deepEqual([merged.ParentShardId, merged.AdjacentParentShardId], [left!.ShardId, right!.ShardId]);
    });

    if (start === startKinesisMock) {
      it('names the children at the end of a closed shard, after UpdateShardCount', async () => {
        await createStream(client, stream);
        await put('before');
        await client.send(
          new UpdateShardCountCommand({
            StreamName: stream,
            TargetShardCount: 2,
            ScalingType: 'UNIFORM_SCALING',
          }),
        );
        await untilActive(client, stream);
        let page = await readFrom({ ShardIteratorType: 'TRIM_HORIZON' });
        for (let reads = 0; page.NextShardIterator && reads < 5; reads++) {
          page = await client.send(new GetRecordsCommand({ ShardIterator: page.NextShardIterator }));
        }
        assert.equal(page.ChildShards?.length, 2);
      });
    }
  });
}
