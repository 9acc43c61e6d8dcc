import { startDynamoDb, type LocalDynamoDb } from '../../../local/dynamodb';
import { FaultProxy } from '../../../local/FaultProxy';
import type { LocalKinesis } from '../../../local/kinesis';
import { startS3, type LocalS3 } from '../../../local/s3';
import { Surroundings } from '../crash/Surroundings';

export const stateBucket = 'states';

/** What instances that share a stream need beside the stream: a table for leases, and a bucket for state. */
export class Services {
  private constructor(
    readonly surroundings: Surroundings,
    private readonly dynamodb: LocalDynamoDb,
    private readonly s3: LocalS3,
    /** what instances see of the table's service, and of the bucket's */
    readonly faults: { readonly dynamodb: FaultProxy; readonly s3: FaultProxy },
  ) {}

  static async start(shards: number, startKinesis?: () => Promise<LocalKinesis>): Promise<Services> {
    const [surroundings, dynamodb, s3] = await Promise.all([
      Surroundings.start(shards, startKinesis),
      startDynamoDb(),
      startS3(),
    ]);
    await s3.createBucket(stateBucket);
    const faults = {
      dynamodb: await FaultProxy.start(dynamodb.endpoint),
      s3: await FaultProxy.start(s3.endpoint),
    };
    return new Services(surroundings, dynamodb, s3, faults);
  }

  /** What a flow reads from its environment. */
  get env(): Readonly<Record<string, string>> {
    return {
      AWS_ENDPOINT_URL_DYNAMODB: this.faults.dynamodb.endpoint,
      AWS_ENDPOINT_URL_S3: this.faults.s3.endpoint,
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.faults.dynamodb.close(), this.faults.s3.close()]);
    await Promise.all([this.surroundings.close(), this.dynamodb.close(), this.s3.close()]);
  }
}
