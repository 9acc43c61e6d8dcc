import type { ShardPosition } from '../../../delivery/positions';
import { faultOf } from '../fault';
import { iteratorStart } from '../iteratorStart';
import type { IteratorStart } from '../KinesisApi';
import { PositionRefused, type Page, type RecordSource } from '../RecordSource';
import type { Timing } from '../timing';
import type { FanOut } from './FanOut';
import type { SubscriptionEvent } from './FanOutApi';
import { wasWaitedFor } from './wasWaitedFor';

/** The service takes one SubscribeToShard a second for each consumer and shard. Milliseconds. */
const callInterval = 1000;
/** An idle subscription brings an empty event every few seconds: a longer silence is a lost connection. Milliseconds. */
const longestSilence = 35_000;

/**
 * Lets the service push the records of a shard, by SubscribeToShard. A subscription lasts five minutes; it is renewed
 * from its last event on whenever it ends or breaks. An event is taken only when it is asked for: what comes meanwhile
 * waits in the connection, and at the service.
 */
export class SubscriptionSource implements RecordSource {
  private events: AsyncIterator<SubscriptionEvent, unknown> | undefined;
  private connection = new AbortController();
  private hadEvents = false;
  private continuation: string | undefined;
  private lastCall = 0;

  /** @param tip start with the newest record at the first try, whatever the position's time says */
  constructor(
    private readonly shardId: string,
    private tip: boolean,
    private readonly fanOut: FanOut,
    private readonly timing: Timing,
  ) {}

  async next(position: ShardPosition, signal: AbortSignal): Promise<Page> {
    for (;;) {
      try {
        this.events ??= await this.subscribe(position, signal);
        const asked = this.timing.elapsed();
        const next = this.answer(this.events.next(), signal);
        const [{ done, value }, waited] = await wasWaitedFor(next, this.timing);
        // An event that lay ready may be as old as the time for which the process was held up.
        if (!done) return this.pageOf(value, waited ? asked : undefined);
        if (!this.hadEvents) throw new Error('the subscription ended before its first event');
        this.close();
      } catch (error) {
        this.close();
        if (signal.aborted) throw error;
        this.fanOut.note(error, this.shardId, this.hadEvents);
        // What has worked and breaks is renewed, like what ends; only if that fails there is something wrong.
        if (!this.hadEvents || faultOf(error) !== 'unreachable') throw error;
      }
    }
  }

  /** Ends the subscription, if there is one; the next call of `next` makes a new one. */
  close(): void {
    this.events = undefined;
    this.connection.abort();
  }

  private pageOf(
    { records, millisBehindLatest, continuation }: SubscriptionEvent,
    asOf: number | undefined,
  ): Page {
    this.hadEvents = true;
    this.continuation = continuation;
    const ended = continuation === undefined;
    if (ended) this.close();
    return { records, millisBehindLatest, ended, asOf, due: 0 };
  }

  private async subscribe(position: ShardPosition, signal: AbortSignal) {
    const { fanOut, timing, shardId } = this;
    this.hadEvents = false;
    const asked = timing.elapsed();
    const arn = await fanOut.consumerArn();
    // While a new consumer was made, records came; the position's time says from when on they are wanted.
    if (timing.elapsed() - asked >= 1000) this.tip = false;
    await timing.sleep(Math.max(0, this.lastCall + callInterval - timing.elapsed()), signal);
    signal.throwIfAborted();
    this.lastCall = timing.elapsed();
    const connection = new AbortController();
    signal.addEventListener('abort', () => connection.abort(), { once: true, signal: connection.signal });
    this.connection = connection;
    const start = this.start(position);
    try {
      return await this.answer(fanOut.api.subscribe(arn, shardId, start, connection.signal), signal);
    } catch (error) {
      if (faultOf(error) !== 'invalid' || position.at !== 'after') throw error;
      // The continuation may be what is wrong; the position itself is refused only without it.
      if (this.continuation === undefined) throw new PositionRefused(error);
      this.continuation = undefined;
      throw error;
    }
  }

  private start(position: ShardPosition): IteratorStart {
    const { tip, continuation } = this;
    this.tip = false;
    if (continuation !== undefined) return { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: continuation };
    return tip ? { type: 'LATEST' } : iteratorStart(position);
  }

  /** Waits for the service, but not longer than it may be silent. */
  private async answer<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
    const waiting = new AbortController();
    const stopWaiting = () => waiting.abort();
    signal.addEventListener('abort', stopWaiting, { once: true });
    const silence = this.timing.sleep(longestSilence, waiting.signal).then((): never => {
      signal.throwIfAborted();
      throw new Error(`the subscription was silent for ${longestSilence / 1000} s`);
    });
    try {
      return await Promise.race([answer, silence]);
    } finally {
      signal.removeEventListener('abort', stopWaiting);
      stopWaiting();
    }
  }
}
