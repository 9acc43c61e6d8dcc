/** Streams of a local Kinesis as the specs of its nodes use them. */
import { PutRecordsCommand, type KinesisClient, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { FaultProxy } from '../../local/FaultProxy';
import { startKinesis, type LocalKinesis } from '../../local/kinesis';
import { createStream, localKinesisClient } from '../../local/streams';

export interface Put {
  readonly key: string;
  readonly data: string | Uint8Array;
  readonly explicitHashKey?: string;
}

/** A local Kinesis for the tests of a suite. */
export class KinesisFixture {
  /** straight to the server, past the proxy */
  client!: KinesisClient;
  /** the way of the code under test to the server */
  proxy!: FaultProxy;
  /** another name for each test */
  stream = '';

  /** Creates the test's stream. */
  create(shards = 1): Promise<void> {
    return createStream(this.client, this.stream, shards);
  }

  /**
   * Puts records in order, in requests of at most 500; a local server refuses none of a request that it takes.
   * @returns the sequence number of the last one
   */
  async put(records: readonly Put[]): Promise<string> {
    let last = '';
    for (let from = 0; from < records.length; from += 500) {
      const entries = records.slice(from, from + 500).map(entryOf);
      const answer = await this.client.send(
        new PutRecordsCommand({ StreamName: this.stream, Records: entries }),
      );
      last = answer.Records?.at(-1)?.SequenceNumber ?? '';
    }
    return last;
  }
}

/** Starts a Kinesis for a suite and a proxy before it for every test; call it in the suite's body. */
export function useKinesis(start: () => Promise<LocalKinesis> = startKinesis): KinesisFixture {
  const fixture = new KinesisFixture();
  let server: LocalKinesis;
  let streams = 0;
  before(async function () {
    this.timeout(60_000);
    server = await start();
    fixture.client = localKinesisClient(server.endpoint);
  });
  beforeEach(async () => {
    fixture.proxy = await FaultProxy.start(server.endpoint);
    fixture.stream = `stream-${++streams}`;
  });
  afterEach(() => fixture.proxy.close());
  after(async () => {
    fixture.client.destroy();
    await server.close();
  });
  return fixture;
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
