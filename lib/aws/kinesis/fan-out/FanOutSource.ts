import type { ShardPosition } from '../../../delivery/positions';
import { PollingSource, type PollingParts } from '../PollingSource';
import type { Page, RecordSource } from '../RecordSource';
import type { FanOut } from './FanOut';
import { SubscriptionSource } from './SubscriptionSource';

/**
 * Subscribes to a shard wherever the service allows that, and polls it wherever not. Each takes over from the other at
 * the position that is reached.
 */
export class FanOutSource implements RecordSource {
  private subscription: SubscriptionSource;
  private polling: PollingSource | undefined;
  private exhausted = false;

  /**
   * @param tip start with the newest record at the first try, whatever the position's time says
   * @param isClosed whether the shard takes no new records any more, as far as is known
   */
  constructor(
    private readonly shardId: string,
    tip: boolean,
    private readonly fanOut: FanOut,
    private readonly parts: PollingParts,
    private readonly isClosed: () => boolean,
  ) {
    this.subscription = new SubscriptionSource(shardId, tip, fanOut, parts.timing);
  }

  async next(position: ShardPosition, signal: AbortSignal): Promise<Page> {
    if (!this.exhausted && this.fanOut.open) {
      try {
        const page = await this.subscription.next(position, signal);
        this.polling = undefined;
        this.exhausted = this.isLast(page);
        return page;
      } catch (error) {
        if (signal.aborted || this.fanOut.open) throw error;
      }
    }
    this.polling ??= this.startPolling();
    return this.polling.next(position, signal);
  }

  /**
   * Not every server tells a subscription that its shard has ended. Where there is nothing more to come, polling goes
   * on, because the last read of a shard tells it everywhere.
   */
  private isLast({ records, millisBehindLatest, ended }: Page): boolean {
    return records.length === 0 && millisBehindLatest === 0 && !ended && this.isClosed();
  }

  private startPolling(): PollingSource {
    // What the subscription knows of its place is soon out of date.
    this.subscription.close();
    this.subscription = new SubscriptionSource(this.shardId, false, this.fanOut, this.parts.timing);
    return new PollingSource(this.shardId, false, this.parts);
  }
}
