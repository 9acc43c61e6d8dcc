/** Simple Notification Service on this machine: fauxqs, an independent SNS and SQS, in memory, on loopback, on a free port. */
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';

/** What a subscriber of a topic gets. */
export interface Notification {
  readonly messageId: string;
  readonly subject: string | undefined;
  readonly message: string;
  readonly attributes: Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;
  /** of a FIFO topic */
  readonly groupId: string | undefined;
}

export interface LocalSns {
  /** `http://127.0.0.1:<port>`, for SNS and SQS */
  readonly endpoint: string;
  readonly region: string;
  /** Creates a topic, or finds it, and returns its ARN. A name that ends in `.fifo` makes a FIFO topic. */
  createTopic(name: string): Promise<string>;
  /** Calls `take` with every notification that the topic gets from now on, and returns the topic's ARN. */
  subscribe(topicName: string, take: (notification: Notification) => void): Promise<string>;
  /** Resolves when subscribers have taken all that was published. */
  idle(): Promise<void>;
  /** Ends the subscribers, the server and every connection to it. */
  close(): Promise<void>;
}

/** @param options `port` 0 takes a free one */
export async function startSns(options: { port?: number; region?: string } = {}): Promise<LocalSns> {
  const { port = 0, region = 'us-east-1' } = options;
  const { buildApp } = await import('fauxqs');
  const server = buildApp({ logger: false, defaultRegion: region });
  const endpoint = await server.listen({ port, host: '127.0.0.1' });
  const client = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const sns = new SNSClient(client);
  const sqs = new SQSClient(client);
  const subscribers: { queueUrl: string; ending: AbortController; ended: Promise<void> }[] = [];

  async function createTopic(name: string): Promise<string> {
    const Attributes: Record<string, string> = name.endsWith('.fifo') ? { FifoTopic: 'true' } : {};
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name, Attributes }));
    return TopicArn!;
  }

  return {
    endpoint,
    region,
    createTopic,
    async subscribe(topicName, take) {
      const TopicArn = await createTopic(topicName);
      const queueUrl = await createQueue(sqs, topicName, subscribers.length);
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
      );
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: Attributes!.QueueArn }));
      const ending = new AbortController();
      subscribers.push({ queueUrl, ending, ended: receive(sqs, queueUrl, ending.signal, take) });
      return TopicArn;
    },
    async idle() {
      for (const { queueUrl } of subscribers) {
        while ((await waitingIn(sqs, queueUrl)) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async close() {
      for (const { ending } of subscribers) ending.abort();
      await Promise.all(subscribers.map(({ ended }) => ended));
      sns.destroy();
      sqs.destroy();
      await server.close();
    },
  };
}

async function createQueue(sqs: SQSClient, topicName: string, number: number): Promise<string> {
  const fifo = topicName.endsWith('.fifo');
  const QueueName = `${topicName.replace(/\.fifo$/, '')}-${number}${fifo ? '.fifo' : ''}`;
  const Attributes: Record<string, string> = fifo ? { FifoQueue: 'true' } : {};
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl!;
}

/** Messages that have not been taken, or are just being taken. */
async function waitingIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

async function receive(
  sqs: SQSClient,
  QueueUrl: string,
  abortSignal: AbortSignal,
  take: (notification: Notification) => void,
): Promise<void> {
  while (!abortSignal.aborted) {
    try {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          WaitTimeSeconds: 20,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['MessageGroupId'],
        }),
        { abortSignal },
      );
      for (const message of Messages) {
        take(notificationIn(message));
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      }
    } catch (error) {
      if (!abortSignal.aborted) throw error;
    }
  }
}

/** SNS wraps a notification for SQS in an envelope (https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html). */
function notificationIn(message: Message): Notification {
  const envelope = JSON.parse(message.Body!) as {
    MessageId: string;
    Subject: string | null;
    Message: string;
    MessageAttributes?: Notification['attributes'];
  };
  return {
    messageId: envelope.MessageId,
    subject: envelope.Subject ?? undefined,
    message: envelope.Message,
    attributes: envelope.MessageAttributes ?? {},
    groupId: message.Attributes?.MessageGroupId,
  };
}
