import type * as Sdk from '@aws-sdk/client-kinesis';
import type { IteratorStart, KinesisApi, ReadResult, StreamDescription } from './KinesisApi';
import type { Shard, StoredRecord } from './records';
import { streamRef, type StreamRef } from './streamRef';

/** The Kinesis Data Streams API by AWS's client, which is loaded with the first call. */
export class SdkKinesisApi implements KinesisApi {
  private readonly stream: StreamRef;

  /**
   * @param client asked for at each call, so that a connection that could not be opened is tried again
   * @param stream name or ARN
   */
  constructor(
    private readonly client: () => Promise<Sdk.KinesisClient>,
    stream: string,
  ) {
    this.stream = streamRef(stream);
  }

  async describe(abortSignal: AbortSignal): Promise<StreamDescription> {
    const { DescribeStreamSummaryCommand } = await import('@aws-sdk/client-kinesis');
    const client = await this.client();
    const summary = await client.send(new DescribeStreamSummaryCommand({ ...this.stream }), { abortSignal });
    return {
      createdAt: summary.StreamDescriptionSummary?.StreamCreationTimestamp?.getTime() ?? 0,
      shards: await this.listShards(abortSignal),
    };
  }

  async iterator(shardId: string, start: IteratorStart, abortSignal: AbortSignal): Promise<string> {
    const { GetShardIteratorCommand } = await import('@aws-sdk/client-kinesis');
    const client = await this.client();
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        ...this.stream,
        ShardId: shardId,
        ShardIteratorType: start.type,
        ...('time' in start ? { Timestamp: new Date(start.time) } : {}),
        ...('sequenceNumber' in start ? { StartingSequenceNumber: start.sequenceNumber } : {}),
      }),
      { abortSignal },
    );
    if (!ShardIterator) throw new Error(`the service gave no iterator for ${shardId}`);
    return ShardIterator;
  }

  async read(iterator: string, limit: number, abortSignal: AbortSignal): Promise<ReadResult> {
    const { GetRecordsCommand } = await import('@aws-sdk/client-kinesis');
    const client = await this.client();
    const output = await client.send(
      new GetRecordsCommand({
        ...('StreamARN' in this.stream ? this.stream : {}),
        ShardIterator: iterator,
        Limit: limit,
      }),
      { abortSignal },
    );
    return {
      records: (output.Records ?? []).map(storedRecord),
      next: output.NextShardIterator,
      millisBehindLatest: output.MillisBehindLatest ?? 0,
    };
  }

  private async listShards(abortSignal: AbortSignal): Promise<Shard[]> {
    const { ListShardsCommand } = await import('@aws-sdk/client-kinesis');
    const client = await this.client();
    const shards: Shard[] = [];
    let NextToken: string | undefined;
    do {
      // A request takes the stream or a token, not both.
      const page: Sdk.ListShardsCommandOutput = await client.send(
        new ListShardsCommand(NextToken ? { NextToken } : { ...this.stream }),
        { abortSignal },
      );
      shards.push(...(page.Shards ?? []).map(shardOf));
      NextToken = page.NextToken;
    } while (NextToken);
    return shards;
  }
}

/** A record as GetRecords and SubscribeToShard give it. */
export function storedRecord(record: Sdk._Record): StoredRecord {
  return {
    data: record.Data ?? new Uint8Array(),
    partitionKey: record.PartitionKey ?? '',
    sequenceNumber: record.SequenceNumber ?? '',
    arrival: record.ApproximateArrivalTimestamp?.getTime() ?? Date.now(),
  };
}

function shardOf(shard: Sdk.Shard): Shard {
  return {
    id: shard.ShardId ?? '',
    parents: [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined),
    open: shard.SequenceNumberRange?.EndingSequenceNumber === undefined,
    hashRange: {
      start: BigInt(shard.HashKeyRange?.StartingHashKey ?? 0),
      end: BigInt(shard.HashKeyRange?.EndingHashKey ?? 2n ** 128n - 1n),
    },
  };
}
