import {
  MergeShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
  type KinesisClient,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { listShards, untilActive } from '../../../local/streams';
import type { Put } from '../kinesis';
import { streamName } from './flow';

/** Milliseconds between puts. */
const pause = 25;
/** Milliseconds over which the records of one share are spread. */
const spread = 1200;

/** Puts records into the stream bit by bit while its shards split and merge: everything in one order, one after the other. */
export class Feed {
  private put = 0;
  private allowed = 0;
  private perPut = 1;
  private reshards = 0;
  private readonly ending = new AbortController();
  private readonly running: Promise<void>;

  /** @param reshardsAt after how many records the shards change */
  constructor(
    private readonly client: KinesisClient,
    private readonly records: readonly Put[],
    private readonly reshardsAt: readonly number[],
  ) {
    this.running = this.run();
  }

  /** Goes on up to this share of the records, 0 to 1. */
  advanceTo(share: number): void {
    this.allowed = Math.floor(this.records.length * share);
    this.perPut = Math.max(1, Math.ceil(((this.allowed - this.put) * pause) / spread));
  }

  /** Puts what is left, and last of all one record into every open shard. */
  async finish(last: Uint8Array): Promise<void> {
    this.advanceTo(1);
    await this.running;
    for (const { HashKeyRange } of await this.openShards()) {
      await this.send([{ key: 'closing', data: last, explicitHashKey: HashKeyRange!.StartingHashKey! }]);
    }
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.put < this.records.length && !this.ending.signal.aborted) {
      if ((this.reshardsAt[this.reshards] ?? Infinity) <= this.put) await this.reshard();
      const part = this.records.slice(this.put, Math.min(this.allowed, this.put + this.perPut));
      if (part.length > 0) await this.send(part);
      this.put += part.length;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  private async send(records: readonly Put[]): Promise<void> {
    await this.client.send(
      new PutRecordsCommand({
        StreamName: streamName,
        Records: records.map(({ key, data, explicitHashKey }) => ({
          PartitionKey: key,
          Data: Buffer.from(data),
          ...(explicitHashKey ? { ExplicitHashKey: explicitHashKey } : {}),
        })),
      }),
    );
  }

  /** In turns: the widest shard is split in two, and the two narrowest neighbours become one. */
  private async reshard(): Promise<void> {
    const shards = (await this.openShards()).sort((a, b) => Number(rangeOf(a).start - rangeOf(b).start));
    if (this.reshards++ % 2 === 0)
      await this.split(shards.reduce((a, b) => (widthOf(b) > widthOf(a) ? b : a)));
    else {
      const pairs = shards.slice(1).map((right, index) => [shards[index]!, right] as const);
      const width = ([a, b]: (typeof pairs)[number]) => widthOf(a) + widthOf(b);
      await this.merge(...pairs.reduce((a, b) => (width(b) < width(a) ? b : a)));
    }
    await untilActive(this.client, streamName);
  }

  private async split(shard: Shard): Promise<void> {
    const { start, end } = rangeOf(shard);
    const middle = (start + end) / 2n;
    await this.client.send(
      new SplitShardCommand({
        StreamName: streamName,
        ShardToSplit: shard.ShardId,
        NewStartingHashKey: String(middle),
      }),
    );
  }

  private async merge(one: Shard, next: Shard): Promise<void> {
    await this.client.send(
      new MergeShardsCommand({
        StreamName: streamName,
        ShardToMerge: one.ShardId,
        AdjacentShardToMerge: next.ShardId,
      }),
    );
  }

  private async openShards(): Promise<Shard[]> {
    const shards = await listShards(this.client, streamName);
    return shards.filter(({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber);
  }
}

function rangeOf({ HashKeyRange }: Shard): { start: bigint; end: bigint } {
  return { start: BigInt(HashKeyRange!.StartingHashKey!), end: BigInt(HashKeyRange!.EndingHashKey!) };
}

function widthOf(shard: Shard): bigint {
  const { start, end } = rangeOf(shard);
  return end - start;
}
