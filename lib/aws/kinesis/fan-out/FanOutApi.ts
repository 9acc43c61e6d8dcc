import type { IteratorStart } from '../KinesisApi';
import type { StoredRecord } from '../records';

/** A consumer that is registered with the stream. It may subscribe while it is `ACTIVE`. */
export interface RegisteredConsumer {
  readonly arn: string;
  /** `CREATING`, `ACTIVE` or `DELETING` */
  readonly status: string;
}

/** What a subscription brings: records, or none to say that it stands. */
export interface SubscriptionEvent {
  readonly records: readonly StoredRecord[];
  /** how far these records lag behind the newest of the shard, in milliseconds */
  readonly millisBehindLatest: number;
  /** the sequence number after which the next subscription goes on; undefined at the end of a closed shard */
  readonly continuation: string | undefined;
}

/** What enhanced fan-out needs of the service. Methods reject with the SDK's errors, or when aborted. */
export interface FanOutApi {
  /** @param name of the consumer. @returns undefined when none of that name is registered with the stream */
  findConsumer(name: string, signal: AbortSignal): Promise<RegisteredConsumer | undefined>;
  registerConsumer(name: string, signal: AbortSignal): Promise<RegisteredConsumer>;
  /**
   * Subscribes to a shard. The events are fetched as they are asked for; they end when the service ends the
   * subscription, after five minutes at the latest.
   * @param signal ends the subscription too
   */
  subscribe(
    consumerArn: string,
    shardId: string,
    start: IteratorStart,
    signal: AbortSignal,
  ): Promise<AsyncIterator<SubscriptionEvent, unknown>>;
}
