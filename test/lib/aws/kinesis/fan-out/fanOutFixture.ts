/** A consumer of a stream in memory that subscribes to its shards, in virtual time. */
import type { ConsumerEvent } from '../../../../../lib/aws/kinesis/ConsumerState';
import { FanOut, type FanOutEvent } from '../../../../../lib/aws/kinesis/fan-out/FanOut';
import type { ConsumerOptions, StreamConsumer } from '../../../../../lib/aws/kinesis/StreamConsumer';
import type { StreamPositions } from '../../../../../lib/delivery/positions';
import { FakeStream, VirtualTime } from '../FakeStream';
import { startConsumer, untilVirtually } from '../startConsumer';
import { FakeFanOut } from './FakeFanOut';

export const minute = 60_000;

class FanOutFixture {
  time = new VirtualTime();
  stream = new FakeStream(this.time);
  service = new FakeFanOut(this.stream, this.time);
  /** what a life leaves to the next one */
  saved: StreamPositions | undefined;
  private stop = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /** Another stream, and nothing saved. */
  reset(): void {
    this.time = new VirtualTime();
    this.stream = new FakeStream(this.time);
    this.service = new FakeFanOut(this.stream, this.time);
    this.saved = undefined;
  }

  /** Starts a consumer; `finish` decides what happens to the records: done at once if it says nothing. */
  start(
    options?: Partial<ConsumerOptions>,
    maxInFlight?: number,
    finish?: (texts: string[]) => Promise<void>,
  ) {
    const events: (ConsumerEvent | FanOutEvent)[] = [];
    this.stop = new AbortController();
    const { service, stream, time, saved, stop } = this;
    const fanOutParts = { api: service, timing: time, consumerName: 'c' };
    const fanOut = new FanOut({ ...fanOutParts, onEvent: (event) => events.push(event) }, stop.signal);
    const parts = { api: stream, fanOut, saved, timing: time };
    const started = startConsumer(parts, stop.signal, events, options, maxInFlight, finish);
    this.running = started.running;
    return { ...started, events, refused: () => fanOut.refused };
  }

  /** Ends the consumer's life. */
  async halt(consumer?: StreamConsumer): Promise<void> {
    this.stop.abort();
    await this.running;
    this.saved = structuredClone(consumer?.positions('done'));
  }

  /** Waits for what virtual time brings. */
  readonly until = untilVirtually;

  /** Lets virtual time go by. */
  passed(ms: number): Promise<void> {
    const end = this.time.now() + ms;
    return this.until(() => this.time.now() >= end, `${ms} ms`);
  }

  /** Records whose data are numbers, from `from` on. */
  put(count: number, from = 0, shard = 'a'): void {
    for (let n = from; n < from + count; n++) this.stream.put(shard, String(n));
  }

  /** Reads by polling so far. */
  polls(): number {
    return this.stream.calls.filter(({ call }) => call === 'read').length;
  }

  /** Calls of that kind to enhanced fan-out so far. */
  callsOf(name: string) {
    return this.service.calls.filter(({ call }) => call === name);
  }
}

/** Call it in the suite's body. */
export function useFanOut(): FanOutFixture {
  const fixture = new FanOutFixture();
  beforeEach(() => fixture.reset());
  afterEach(() => fixture.halt());
  return fixture;
}

export function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, n) => String(n));
}

export function names(events: readonly { event: string }[]): string[] {
  return events.map(({ event }) => event);
}
