import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  type _Record as StoredRecord,
} from '@aws-sdk/client-kinesis';
import { startKinesis, type LocalKinesis } from '../../../local/kinesis';
import { startSns, type LocalSns } from '../../../local/sns';
import { createStream, listShards, localKinesisClient } from '../../../local/streams';
import { alertTopic, orderedTopic, resultsVariable, streamName } from './flow';
import { Outcome } from './Outcome';

/** The services that outlive a Node-RED, in this process. */
export class Surroundings {
  private constructor(
    readonly kinesis: LocalKinesis,
    readonly client: KinesisClient,
  ) {}

  static async start(
    shards: number,
    start: () => Promise<LocalKinesis> = startKinesis,
  ): Promise<Surroundings> {
    const kinesis = await start();
    const client = localKinesisClient(kinesis.endpoint);
    await createStream(client, streamName, shards);
    return new Surroundings(kinesis, client);
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.kinesis.close();
  }
}

/**
 * Where the output of one run goes: a stream for results, and an SNS of its own, so that topics have the same names, and
 * notifications the same ids, in every run.
 */
export class Sink {
  readonly outcome = new Outcome();
  private iterator: string | undefined;

  private constructor(
    private readonly surroundings: Surroundings,
    private readonly sns: LocalSns,
    readonly topics: { readonly alertTopicArn: string; readonly orderedTopicArn: string },
    private readonly resultsStream: string,
  ) {}

  static async open(surroundings: Surroundings, name: string): Promise<Sink> {
    const resultsStream = `results-${name}`;
    await createStream(surroundings.client, resultsStream);
    const sns = await startSns();
    const topics = {
      alertTopicArn: await sns.subscribe(alertTopic, (one) => sink.outcome.takeAlert(one)),
      orderedTopicArn: await sns.subscribe(orderedTopic, (one) => sink.outcome.takeOrdered(one)),
    };
    const sink = new Sink(surroundings, sns, topics, resultsStream);
    return sink;
  }

  /** What the flow reads from its environment. */
  get env(): Readonly<Record<string, string>> {
    return {
      AWS_REGION: this.sns.region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_KINESIS: this.surroundings.kinesis.endpoint,
      AWS_ENDPOINT_URL_SNS: this.sns.endpoint,
      [resultsVariable]: this.resultsStream,
    };
  }

  /** Takes in what has come since the last time. */
  async look(): Promise<void> {
    const { client } = this.surroundings;
    let records: StoredRecord[];
    do {
      this.iterator ??= await this.firstIterator();
      const page = await client.send(new GetRecordsCommand({ ShardIterator: this.iterator }));
      this.iterator = page.NextShardIterator;
      records = page.Records ?? [];
      for (const { Data } of records) this.outcome.takeResult(Data!);
    } while (records.length > 0);
  }

  /** Takes in all that has come, once nothing more is on its way. */
  async lookLast(): Promise<void> {
    await this.look();
    await this.sns.idle();
  }

  async close(): Promise<void> {
    await this.sns.close();
  }

  private async firstIterator(): Promise<string | undefined> {
    const { client } = this.surroundings;
    const [shard] = await listShards(client, this.resultsStream);
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamName: this.resultsStream,
        ShardId: shard!.ShardId,
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    return ShardIterator;
  }
}
