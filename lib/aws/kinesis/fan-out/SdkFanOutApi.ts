import type * as Sdk from '@aws-sdk/client-kinesis';
import type { IteratorStart } from '../KinesisApi';
import { storedRecord } from '../SdkKinesisApi';
import { streamRef, type StreamRef } from '../streamRef';
import type { FanOutApi, RegisteredConsumer, SubscriptionEvent } from './FanOutApi';

/** Registered consumers and their subscriptions by AWS's client, which is loaded with the first call. */
export class SdkFanOutApi implements FanOutApi {
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

  async findConsumer(name: string, abortSignal: AbortSignal): Promise<RegisteredConsumer | undefined> {
    const { DescribeStreamConsumerCommand } = await import('@aws-sdk/client-kinesis');
    const StreamARN = await this.streamArn(abortSignal);
    const client = await this.client();
    try {
      const { ConsumerDescription } = await client.send(
        new DescribeStreamConsumerCommand({ StreamARN, ConsumerName: name }),
        { abortSignal },
      );
      return consumerOf(name, ConsumerDescription);
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  async registerConsumer(name: string, abortSignal: AbortSignal): Promise<RegisteredConsumer> {
    const { RegisterStreamConsumerCommand } = await import('@aws-sdk/client-kinesis');
    const StreamARN = await this.streamArn(abortSignal);
    const client = await this.client();
    const { Consumer } = await client.send(
      new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: name }),
      { abortSignal },
    );
    return consumerOf(name, Consumer);
  }

  async subscribe(
    consumerArn: string,
    shardId: string,
    start: IteratorStart,
    abortSignal: AbortSignal,
  ): Promise<AsyncIterator<SubscriptionEvent, unknown>> {
    const { SubscribeToShardCommand } = await import('@aws-sdk/client-kinesis');
    const client = await this.client();
    const { EventStream } = await client.send(
      new SubscribeToShardCommand({
        ConsumerARN: consumerArn,
        ShardId: shardId,
        StartingPosition: {
          Type: start.type,
          ...('time' in start ? { Timestamp: new Date(start.time) } : {}),
          ...('sequenceNumber' in start ? { SequenceNumber: start.sequenceNumber } : {}),
        },
      }),
      { abortSignal },
    );
    if (!EventStream) throw new Error(`the service gave no events of ${shardId}`);
    return eventsOf(EventStream);
  }

  /** Consumers are registered by the stream's ARN alone. */
  private async streamArn(abortSignal: AbortSignal): Promise<string> {
    if ('StreamARN' in this.stream) return this.stream.StreamARN;
    const { DescribeStreamSummaryCommand } = await import('@aws-sdk/client-kinesis');
    const client = await this.client();
    const summary = await client.send(new DescribeStreamSummaryCommand({ ...this.stream }), { abortSignal });
    return summary.StreamDescriptionSummary?.StreamARN ?? '';
  }
}

function consumerOf(name: string, consumer: Sdk.Consumer | undefined): RegisteredConsumer {
  if (!consumer?.ConsumerARN) throw new Error(`the service gave no ARN of the consumer ${name}`);
  return { arn: consumer.ConsumerARN, status: consumer.ConsumerStatus ?? '' };
}

async function* eventsOf(
  stream: AsyncIterable<Sdk.SubscribeToShardEventStream>,
): AsyncGenerator<SubscriptionEvent> {
  for await (const { SubscribeToShardEvent: event } of stream) {
    if (!event) continue;
    const { Records, MillisBehindLatest, ContinuationSequenceNumber, ChildShards } = event;
    yield {
      records: (Records ?? []).map(storedRecord),
      millisBehindLatest: MillisBehindLatest ?? 0,
      continuation: ChildShards?.length ? undefined : ContinuationSequenceNumber,
    };
  }
}
