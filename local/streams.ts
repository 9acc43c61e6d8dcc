/** What tests and the demo do with streams of a local Kinesis. */
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  ResourceNotFoundException,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const activeTimeout = 20_000;

/** A client for a plain-http endpoint; the SDK's default handler speaks HTTP/2 alone, which local servers do not. */
export function localKinesisClient(endpoint: string): KinesisClient {
  return new KinesisClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: new NodeHttpHandler({ connectionTimeout: 2000, requestTimeout: 10_000 }),
  });
}

/** Creates a stream and waits until it is ACTIVE. */
export async function createStream(client: KinesisClient, name: string, shards = 1): Promise<void> {
  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
  await untilActive(client, name);
}

/** Waits until a stream is ACTIVE: after creation and after each change of its shards. The SDK's waiter takes 10 s a step. */
export async function untilActive(client: KinesisClient, name: string): Promise<void> {
  const end = Date.now() + activeTimeout;
  for (;;) {
    const status = await statusOf(client, name);
    if (status === 'ACTIVE') return;
    if (Date.now() > end) throw new Error(`stream ${name} is still ${status} after ${activeTimeout} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function statusOf(client: KinesisClient, name: string): Promise<string> {
  try {
    const { StreamDescriptionSummary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName: name }),
    );
    return StreamDescriptionSummary?.StreamStatus ?? 'unknown';
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return 'missing';
    throw error;
  }
}

export async function listShards(client: KinesisClient, name: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let next: string | undefined;
  do {
    const page = await client.send(new ListShardsCommand(next ? { NextToken: next } : { StreamName: name }));
    shards.push(...(page.Shards ?? []));
    next = page.NextToken;
  } while (next);
  return shards;
}

export interface StoredRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

/** Everything that a stream holds now, shard by shard, in order within each. */
export async function readStream(client: KinesisClient, name: string): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  for (const { ShardId: shardId = '' } of await listShards(client, name)) {
    records.push(...(await readShard(client, name, shardId)));
  }
  return records;
}

async function readShard(client: KinesisClient, name: string, shardId: string): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName: name, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  let iterator = ShardIterator;
  while (iterator) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
    for (const { SequenceNumber = '', PartitionKey = '', Data = new Uint8Array() } of page.Records ?? []) {
      records.push({ shardId, sequenceNumber: SequenceNumber, partitionKey: PartitionKey, data: Data });
    }
    // An open shard always gives a next iterator; an empty page at the tip ends this reading.
    iterator = page.Records?.length || page.MillisBehindLatest ? page.NextShardIterator : undefined;
  }
  return records;
}
