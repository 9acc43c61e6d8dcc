import { startDynamoDb, type LocalDynamoDb } from '../../../local/dynamodb';
import type { LocalKinesis } from '../../../local/kinesis';
import { startS3, type LocalS3 } from '../../../local/s3';
import { Surroundings } from '../crash/Surroundings';

export const stateBucket = 'states';

/** What instances that share a stream need beside the stream: a table for leases, and a bucket for state. */
export class Services {
  private constructor(
    readonly surroundings: Surroundings,
    readonly dynamodb: LocalDynamoDb,
    readonly s3: LocalS3,
  ) {}

  static async start(shards: number, startKinesis?: () => Promise<LocalKinesis>): Promise<Services> {
    const [surroundings, dynamodb, s3] = await Promise.all([
      Surroundings.start(shards, startKinesis),
      startDynamoDb(),
      startS3(),
    ]);
    await s3.createBucket(stateBucket);
    return new Services(surroundings, dynamodb, s3);
  }

  /** What a flow reads from its environment. */
  get env(): Readonly<Record<string, string>> {
    return {
      AWS_ENDPOINT_URL_DYNAMODB: this.dynamodb.endpoint,
      AWS_ENDPOINT_URL_S3: this.s3.endpoint,
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.surroundings.close(), this.dynamodb.close(), this.s3.close()]);
  }
}
