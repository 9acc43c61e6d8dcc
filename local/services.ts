import { startKinesis } from './kinesis';
import { startSns, type Notification } from './sns';
import { createStream, localKinesisClient } from './streams';

export interface LocalServices {
  readonly kinesisEndpoint: string;
  readonly snsEndpoint: string;
  /** what the example flows read from the environment */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const region = 'us-east-1';

// No AWS is called here, so its SDK's advice on future Node.js versions would only hide what the flows say.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/**
 * A Kinesis and an SNS for the example flows, both in this process: the streams exist, and the topic has a subscriber.
 * @param streams names of the data streams to create
 * @param take called with every notification that is published
 * @param shards of each stream
 */
export async function startServices(
  streams: readonly string[],
  take: (notification: Notification) => void,
  shards = 1,
): Promise<LocalServices> {
  const [kinesis, sns] = await Promise.all([startKinesis(), startSns({ region })]);
  const client = localKinesisClient(kinesis.endpoint);
  await Promise.all(streams.map((stream) => createStream(client, stream, shards)));
  client.destroy();
  const topicArn = await sns.subscribe('anomalies', take);
  return {
    kinesisEndpoint: kinesis.endpoint,
    snsEndpoint: sns.endpoint,
    env: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint,
      AWS_ENDPOINT_URL_SNS: sns.endpoint,
      STREAMCUT_TOPIC_ARN: topicArn,
    },
    async close() {
      await Promise.all([kinesis.close(), sns.close()]);
    },
  };
}
