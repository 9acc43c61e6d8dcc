/** Streams of a local Kinesis as the specs of its nodes use them. */
import { PutRecordsCommand, type KinesisClient, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';

export interface Put {
  readonly key: string;
  readonly data: string | Uint8Array;
  readonly explicitHashKey?: string;
}

/** Puts records in order, in requests of at most 500; a local server refuses none of a request that it takes. */
export async function put(client: KinesisClient, stream: string, records: readonly Put[]): Promise<void> {
  for (let from = 0; from < records.length; from += 500) {
    const Records = records.slice(from, from + 500).map(entryOf);
    await client.send(new PutRecordsCommand({ StreamName: stream, Records }));
  }
}

/** `count` records `{key, n}` spread over `keys` keys, numbered from `first` on. */
export function numbered(count: number, keys = 1, first = 0): Put[] {
  return Array.from({ length: count }, (_, index) => {
    const key = `key ${index % keys}`;
    return { key, data: JSON.stringify({ key, n: first + index }) };
  });
}

function entryOf({ key, data, explicitHashKey }: Put): PutRecordsRequestEntry {
  return {
    PartitionKey: key,
    Data: typeof data === 'string' ? Buffer.from(data) : data,
    ...(explicitHashKey ? { ExplicitHashKey: explicitHashKey } : {}),
  };
}
