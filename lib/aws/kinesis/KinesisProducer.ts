import { NotHandedOver } from '../../delivery/NotHandedOver';
import { Backoff } from '../Backoff';
import { sleep } from '../sleep';
import { DeliveryError } from './DeliveryError';
import { KeyedQueue, type Queued } from './KeyedQueue';
import { PutCalls, type Fate, type Sendable } from './PutCalls';
import { entryBytes, type Accepted, type PutEntry, type PutRecords } from './putRecords';

/** Entries that one PutRecords call may have. */
const maxEntries = 500;
/** Milliseconds. Records have a deadline, so the waits before it are short. */
const longestBackoff = 5_000;

export interface ProducerOptions {
  /** for error texts */
  readonly stream: string;
  /**
   * `key`: a record is sent only after those before it with the same partition key were stored, so one call holds one
   * record a key. `none`: calls are filled with whatever waits.
   */
  readonly order: 'key' | 'none';
  /** how long a record waits for others to share its call, in milliseconds */
  readonly linger: number;
  /** records and bytes that may wait, those under way included */
  readonly maxQueue: number;
  readonly maxQueueBytes: number;
  /** data and partition keys that one call may carry, in bytes */
  readonly maxRequestBytes: number;
  /** a record that is not stored so many milliseconds after it came is given up */
  readonly deadline: number;
  /** milliseconds, by a clock that nobody sets; performance.now otherwise */
  readonly now?: () => number;
  /** the waits after calls that stored nothing or not all; up to 5 s otherwise */
  readonly backoff?: Pick<Backoff, 'next' | 'reset'>;
  /** called after every answer of the service */
  readonly onProgress?: () => void;
}

interface Waiting extends Sendable, Queued {
  resolve(accepted: Accepted): void;
  reject(error: Error): void;
}

/**
 * Stores records in a data stream: in as few calls as order and limits allow, one call at a time, sending again exactly
 * what was not accepted. A record is stored at least once; twice when the answer to its call was lost.
 */
export class KinesisProducer {
  private readonly queue = new KeyedQueue<Waiting>();
  private readonly backoff: Pick<Backoff, 'next' | 'reset'>;
  private readonly now: () => number;
  private running: Promise<void> | undefined;
  /** aborted when what waits must be sent now */
  private lingering = new AbortController();
  /** aborted when nothing is waited for any more */
  private readonly stopping = new AbortController();
  private state: 'open' | 'closing' | 'closed' = 'open';
  private flushedAt = -Infinity;
  private accepted = 0;
  private unsent = 0;
  private readonly calls: PutCalls;

  constructor(
    putRecords: PutRecords,
    private readonly options: ProducerOptions,
  ) {
    this.now = options.now ?? (() => performance.now());
    this.calls = new PutCalls(putRecords, options.deadline, this.now, this.stopping.signal);
    this.backoff = options.backoff ?? new Backoff(longestBackoff);
  }

  /** Records that wait or are under way. */
  get queued(): number {
    return this.queue.size;
  }

  /** Records stored so far. */
  get stored(): number {
    return this.accepted;
  }

  /** The error that the latest call met, such as `ProvisionedThroughputExceededException`; undefined when all went well. */
  get trouble(): string | undefined {
    return this.calls.trouble;
  }

  /**
   * Resolves when the service has stored the record; rejects with a DeliveryError when it was given up, with NotHandedOver
   * when the producer is closed before.
   */
  put(entry: PutEntry): Promise<Accepted> {
    const { order, maxQueue, maxQueueBytes } = this.options;
    const bytes = entryBytes(entry);
    if (this.state !== 'open') return Promise.reject(this.stopped('not stored, because the node stops'));
    if (this.queue.size >= maxQueue || this.queue.bytes + bytes > maxQueueBytes) {
      const full = `the queue is full: ${this.queue.size} records with ${this.queue.bytes} bytes wait`;
      return Promise.reject(this.error(`not stored, because ${full}`));
    }
    return new Promise((resolve, reject) => {
      const lane = order === 'key' ? entry.partitionKey : Symbol();
      this.queue.add({ lane, bytes, entry, arrived: this.now(), resolve, reject });
      if (this.isFull()) this.lingering.abort();
      this.running ??= this.run();
    });
  }

  /** Sends what waits now without waiting for more. */
  flush(): void {
    this.flushedAt = this.now();
    this.lingering.abort();
  }

  /** Sends what waits for at most `bound` milliseconds, then gives up the rest. Returns how many records that were. */
  async close(bound: number): Promise<number> {
    if (this.state === 'open') this.state = 'closing';
    this.lingering.abort();
    const timer = setTimeout(() => this.stop(), bound);
    await this.running;
    clearTimeout(timer);
    this.state = 'closed';
    return this.unsent;
  }

  private stop(): void {
    this.state = 'closed';
    this.lingering.abort();
    this.stopping.abort();
  }

  private async run(): Promise<void> {
    // The records of one batch are put one after the other; the first must not leave before they are all here.
    await Promise.resolve();
    while (this.queue.size > 0 && this.state !== 'closed') {
      await this.linger();
      const batch = this.takeLiving();
      if (batch.length === 0) continue;
      const complete = this.settle(batch, await this.calls.send(batch));
      this.options.onProgress?.();
      if (!complete) await this.pause();
    }
    for (const item of this.queue.clear()) {
      this.unsent++;
      item.reject(this.stopped('perhaps not stored, because the node stopped'));
    }
    this.running = undefined;
  }

  /** Waits until a call is full, or the first record has waited long enough. */
  private async linger(): Promise<void> {
    for (;;) {
      const first = this.queue.peek();
      if (!first || first.arrived <= this.flushedAt || this.state !== 'open' || this.isFull()) return;
      const left = first.arrived + this.options.linger - this.now();
      if (left <= 0) return;
      this.lingering = new AbortController();
      await sleep(left, this.lingering.signal);
    }
  }

  private isFull(): boolean {
    return this.queue.takable >= maxEntries || this.queue.bytes >= this.options.maxRequestBytes;
  }

  /** The records of the next call; those that are too old are given up. */
  private takeLiving(): Waiting[] {
    const oldest = this.now() - this.options.deadline;
    const taken = this.queue.take(maxEntries, this.options.maxRequestBytes);
    const living = taken.filter(({ arrived }) => arrived > oldest);
    if (living.length < taken.length) {
      for (const item of taken) if (item.arrived <= oldest) this.giveUp(item);
    }
    return living;
  }

  /** @returns whether no record of the batch has to be sent again */
  private settle(batch: readonly Waiting[], fates: readonly Fate[]): boolean {
    const again = batch.filter((item, index) => {
      const fate = fates[index]!;
      if (fate === 'again') return true;
      this.queue.settle(item);
      if ('accepted' in fate) this.accept(item, fate.accepted);
      else item.reject(this.error('not stored', fate.refused));
      return false;
    });
    this.queue.giveBack(again);
    return again.length === 0;
  }

  private accept(item: Waiting, accepted: Accepted): void {
    // Something got through: the service is there, and the next failure counts as the first.
    this.backoff.reset();
    this.accepted++;
    item.resolve(accepted);
  }

  private giveUp(item: Waiting): void {
    this.queue.settle(item);
    const said = this.trouble === undefined ? '' : `: ${this.trouble}`;
    item.reject(this.error(`not stored within ${this.options.deadline} ms${said}`));
  }

  private stopped(reason: string): NotHandedOver {
    return new NotHandedOver(this.error(reason).message);
  }

  private error(reason: string, cause?: unknown): DeliveryError {
    return new DeliveryError(this.options.stream, reason, cause);
  }

  /** Gives the service time, but no longer than until the first record is too old. */
  private pause(): Promise<void> {
    const first = this.queue.peek();
    if (!first) return Promise.resolve();
    const left = first.arrived + this.options.deadline - this.now();
    return sleep(Math.min(this.backoff.next(), left), this.stopping.signal);
  }
}
