import type { SNSClient } from '@aws-sdk/client-sns';
import { NotHandedOver } from '../../delivery/NotHandedOver';
import { RecordError } from '../../records/RecordError';
import { sizeOf, type Notification, type Receipt } from './notification';
import { PublishQueue } from './PublishQueue';

export interface PublishLimits {
  /** milliseconds until a notification is given up */
  readonly deadline: number;
  /** bytes of one request */
  readonly maxBytes: number;
  /** notifications that wait for SNS, over all topics */
  readonly maxQueue: number;
}

/**
 * Publishes notifications in the order they come, per topic: whatever gathers while a request is under way goes with the
 * next, up to ten at once. Only what failed is sent again, until its deadline.
 */
export class SnsPublisher {
  private readonly queues = new Map<string, PublishQueue>();
  private waiting = 0;
  private unsent = 0;
  private closed = false;

  /** @param client called when there is something to send */
  constructor(
    private readonly client: () => Promise<SNSClient>,
    private readonly limits: PublishLimits,
  ) {}

  /** Notifications that SNS has not yet taken or refused. */
  get pending(): number {
    return this.waiting;
  }

  /** Topics and phone numbers that something waits for. */
  get topics(): number {
    return this.queues.size;
  }

  /**
   * Resolves when SNS has taken the notification. Rejects with the reason when it refuses it, or at the deadline, and with
   * NotHandedOver when the publisher is closed before.
   */
  async publish(notification: Notification): Promise<Receipt> {
    const { maxBytes, maxQueue } = this.limits;
    if (this.closed) throw new NotHandedOver('the notification came after the node was closed');
    const bytes = sizeOf(notification);
    if (bytes > maxBytes)
      throw new RecordError('message', bytes, `at most ${maxBytes} bytes with its attributes`);
    if (this.waiting >= maxQueue) {
      throw new RecordError('waiting notifications', this.waiting + 1, `at most ${maxQueue} (maxQueue)`);
    }
    this.waiting++;
    try {
      return await this.queueOf(notification).publish(notification, bytes);
    } catch (error) {
      if (error instanceof NotHandedOver) this.unsent++;
      throw error;
    } finally {
      this.waiting--;
    }
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.idle()));
  }

  /**
   * Takes no more notifications and gives those that wait up to `grace` milliseconds; the rest reject.
   * @returns how many those are
   */
  async close(grace: number): Promise<number> {
    this.closed = true;
    const timer = setTimeout(() => {
      for (const queue of this.queues.values()) queue.giveUp();
    }, grace);
    await this.idle();
    clearTimeout(timer);
    return this.unsent;
  }

  private queueOf({ topicArn, phoneNumber }: Notification): PublishQueue {
    const target = topicArn ?? phoneNumber ?? '';
    let queue = this.queues.get(target);
    if (!queue) {
      queue = new PublishQueue(this.client, this.limits, () => this.queues.delete(target));
      this.queues.set(target, queue);
    }
    return queue;
  }
}
