import type { SNSClient } from '@aws-sdk/client-sns';
import { NotHandedOver } from '../../delivery/NotHandedOver';
import { Backoff } from '../Backoff';
import { sleep } from '../sleep';
import type { Notification, Receipt } from './notification';
import { explain, type Refusal } from './refusal';
import { request, type Answer } from './request';
import { isFifo } from './topicArn';

/** The most that PublishBatch takes at once (https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html). */
const maxEntries = 10;
/** Milliseconds. Notifications have a deadline, so the waits before it are short. */
const longestBackoff = 5_000;

interface Entry {
  readonly notification: Notification;
  readonly bytes: number;
  /** milliseconds since the epoch */
  readonly deadline: number;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: Error) => void;
  refused?: Refusal;
  /** to be sent in a request of its own, because one of its batch made SNS refuse them all */
  alone?: boolean;
}

/** The notifications of one topic or phone number: one request at a time, so that they keep their order. */
export class PublishQueue {
  private queue: Entry[] = [];
  private running: Promise<void> | undefined;
  private readonly abandoned = new AbortController();

  /** @param whenIdle called each time that nothing is left to send */
  constructor(
    private readonly client: () => Promise<SNSClient>,
    private readonly limits: { readonly deadline: number; readonly maxBytes: number },
    private readonly whenIdle: () => void,
  ) {}

  publish(notification: Notification, bytes: number): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + this.limits.deadline;
      this.queue.push({ notification, bytes, deadline, resolve, reject });
      this.running ??= this.run();
    });
  }

  async idle(): Promise<void> {
    await this.running;
  }

  /** Rejects everything that waits or is under way. */
  giveUp(): void {
    this.abandoned.abort();
  }

  private async run(): Promise<void> {
    // What comes in the same turn, such as the records of a batch, goes in the same request.
    await Promise.resolve();
    const backoff = new Backoff(longestBackoff);
    while ((this.rejectExpired(), this.queue.length > 0)) {
      const batch = this.take();
      const answers = await this.send(batch);
      const again = this.settle(batch, answers);
      this.queue.unshift(...again);
      // Something got through: the service is there, and the next failure counts as the first.
      if (again.length < batch.length) backoff.reset();
      if (again.some(({ alone }) => !alone)) await this.pause(backoff.next());
    }
    this.running = undefined;
    this.whenIdle();
  }

  /**
   * Takes from the queue what fits in one request. Of a FIFO topic's group only one notification: were the first to fail
   * and the second to pass, their order would be lost.
   */
  private take(): Entry[] {
    const batch: Entry[] = [];
    const held: Entry[] = [];
    const { topicArn = '' } = this.queue[0]!.notification;
    const most = topicArn === '' || this.queue[0]!.alone ? 1 : maxEntries;
    const groups = new Set<string | undefined>();
    let bytes = 0;
    let next = 0;
    for (; next < this.queue.length && batch.length < most; next++) {
      const entry = this.queue[next]!;
      const { groupId } = entry.notification;
      if (isFifo(topicArn) && groups.has(groupId)) {
        held.push(entry);
        continue;
      }
      if (batch.length > 0 && bytes + entry.bytes > this.limits.maxBytes) break;
      groups.add(groupId);
      batch.push(entry);
      bytes += entry.bytes;
    }
    this.queue = [...held, ...this.queue.slice(next)];
    return batch;
  }

  private async send(batch: readonly Entry[]): Promise<Answer[]> {
    const stop = new AbortController();
    const abort = () => stop.abort();
    // The first of the queue has the earliest deadline.
    const timer = setTimeout(abort, Math.max(0, batch[0]!.deadline - performance.now()));
    this.abandoned.signal.addEventListener('abort', abort, { once: true });
    try {
      return await request(
        this.client,
        batch.map((entry) => entry.notification),
        stop.signal,
      );
    } finally {
      clearTimeout(timer);
      this.abandoned.signal.removeEventListener('abort', abort);
    }
  }

  /** Tells each notification's sender what became of it; returns those to be sent again. */
  private settle(batch: readonly Entry[], answers: readonly Answer[]): Entry[] {
    return batch.filter((entry, index) => {
      const answer = answers[index]!;
      if ('messageId' in answer) entry.resolve(answer);
      else if (answer.transient) return this.again(entry, answer);
      else if (answer.invalidRequest && batch.length > 1) return this.again(entry, answer, true);
      else entry.reject(explain(answer, entry.notification));
      return false;
    });
  }

  private again(entry: Entry, refused: Refusal, alone = entry.alone ?? false): true {
    entry.refused = refused;
    entry.alone = alone;
    return true;
  }

  /** The queue is in the order of its deadlines. */
  private rejectExpired(): void {
    const now = this.abandoned.signal.aborted ? Infinity : performance.now();
    while (this.queue.length > 0 && this.queue[0]!.deadline <= now) {
      const entry = this.queue.shift()!;
      entry.reject(this.late(entry));
    }
  }

  private late({ refused }: Entry): Error {
    const last = refused ? `, last: ${refused.reason}` : '';
    return this.abandoned.signal.aborted
      ? new NotHandedOver(`the node was closed before SNS took the notification${last}`)
      : new Error(`SNS did not take the notification within ${this.limits.deadline} ms${last}`);
  }

  /** Waits, but not beyond the next deadline. */
  private pause(ms: number): Promise<void> {
    const left = this.queue[0]!.deadline - performance.now();
    return sleep(Math.min(ms, left), this.abandoned.signal);
  }
}
