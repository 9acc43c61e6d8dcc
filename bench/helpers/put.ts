import { PutRecordsCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { streamName } from '../../test/helpers/crash/flow';
import type { Put } from '../../test/helpers/kinesis';

/** Puts records into the stream, in their order. */
export async function put(client: KinesisClient, records: readonly Put[]): Promise<void> {
  for (let from = 0; from < records.length; from += 500) {
    const Records = records.slice(from, from + 500).map(({ key, data, explicitHashKey }) => ({
      PartitionKey: key,
      Data: Buffer.from(data),
      ...(explicitHashKey ? { ExplicitHashKey: explicitHashKey } : {}),
    }));
    await client.send(new PutRecordsCommand({ StreamName: streamName, Records }));
  }
}
