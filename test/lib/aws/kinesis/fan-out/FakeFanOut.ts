/** Enhanced fan-out of a stream in memory, in virtual time, by the rules of the SubscribeToShard API reference. */
import type {
  FanOutApi,
  RegisteredConsumer,
  SubscriptionEvent,
} from '../../../../../lib/aws/kinesis/fan-out/FanOutApi';
import type { IteratorStart } from '../../../../../lib/aws/kinesis/KinesisApi';
import { isFrom, type FakeStream, type VirtualTime } from '../FakeStream';

type Call = 'find' | 'register' | 'subscribe';

interface Subscription {
  readonly since: number;
  /** the error that ends it */
  broken?: string;
}

export class FakeFanOut implements FanOutApi {
  readonly calls: { readonly call: Call; readonly at: number; readonly start?: IteratorStart }[] = [];
  /** Asked before each call; a name it returns is thrown as the error of that name. */
  fault: (call: Call) => string | undefined = () => undefined;
  /** How long a new consumer is CREATING, in milliseconds. */
  creation = 0;
  /** Whether the end of a shard is told, as AWS does and Kinesis Mock does not. */
  tellsEnd = true;
  /** Connections stay open and bring nothing. */
  silent = false;
  /** Events that lie in the connections already, so that they are there as soon as they are asked for. */
  ready = 0;
  /** Events that were asked for. */
  taken = 0;
  consumer: { readonly arn: string; readonly activeAt: number } | undefined;
  private readonly signals: AbortSignal[] = [];
  private readonly current = new Map<string, Subscription>();

  constructor(
    private readonly stream: FakeStream,
    private readonly clock: VirtualTime,
  ) {}

  /** The subscriptions so far. */
  get starts(): (IteratorStart | undefined)[] {
    return this.calls.filter(({ call }) => call === 'subscribe').map(({ start }) => start);
  }

  /** Subscriptions that the client has not ended. */
  get open(): number {
    return this.signals.filter(({ aborted }) => !aborted).length;
  }

  /** Ends every subscription, or that to one shard, in the middle, with an error of that name. */
  break(name: string, shardId?: string): void {
    for (const [id, subscription] of this.current) {
      if (shardId === undefined || id === shardId) subscription.broken = name;
    }
  }

  findConsumer(): Promise<RegisteredConsumer | undefined> {
    return this.answer('find', () => this.describe());
  }

  registerConsumer(): Promise<RegisteredConsumer> {
    return this.answer('register', () => {
      if (this.consumer) throw errorOf('ResourceInUseException');
      this.consumer = { arn: `arn ${this.clock.now()}`, activeAt: this.clock.now() + this.creation };
      return this.describe()!;
    });
  }

  subscribe(
    consumerArn: string,
    shardId: string,
    start: IteratorStart,
    signal: AbortSignal,
  ): Promise<AsyncIterator<SubscriptionEvent, unknown>> {
    return this.answer(
      'subscribe',
      () => {
        if (this.consumer?.arn !== consumerArn) throw errorOf('ResourceNotFoundException');
        if (this.describe()!.status !== 'ACTIVE') throw errorOf('ResourceInUseException');
        const now = this.clock.now();
        const before = this.current.get(shardId);
        if (before && now - before.since < 5000) throw errorOf('ResourceInUseException');
        if (before) before.broken = 'ResourceInUseException';
        const subscription = { since: now };
        this.signals.push(signal);
        this.current.set(shardId, subscription);
        return this.events(shardId, start, subscription, signal);
      },
      start,
    );
  }

  private async *events(
    id: string,
    start: IteratorStart,
    subscription: Subscription,
    signal: AbortSignal,
  ): AsyncGenerator<SubscriptionEvent> {
    const shard = this.stream.shards.find((one) => one.id === id)!;
    const first = shard.records.findIndex((record) => isFrom(record, start));
    let next = first < 0 ? shard.records.length : first;
    for (let event = 0; this.clock.now() - subscription.since < 300_000; event++) {
      this.taken++;
      if (this.ready > 0) this.ready--;
      else if (event > 0) await this.clock.sleep(this.silent ? Infinity : 1000, signal);
      if (subscription.broken) throw errorOf(subscription.broken);
      signal.throwIfAborted();
      const records = shard.records.slice(next, next + 3);
      next += records.length;
      const ended = next === shard.records.length && !shard.open && this.tellsEnd;
      // Between records: whoever goes on from the number of a record instead can be told apart.
      const continuation = ended ? undefined : `${shard.records[next - 1]?.sequenceNumber ?? 0}.5`;
      yield { records, millisBehindLatest: next < shard.records.length ? 1000 : 0, continuation };
      if (ended) return;
    }
  }

  private describe(): RegisteredConsumer | undefined {
    if (!this.consumer) return undefined;
    const { arn, activeAt } = this.consumer;
    return { arn, status: this.clock.now() >= activeAt ? 'ACTIVE' : 'CREATING' };
  }

  private async answer<T>(call: Call, value: () => T, start?: IteratorStart): Promise<T> {
    this.calls.push({ call, at: this.clock.now(), ...(start ? { start } : {}) });
    const name = this.fault(call);
    if (name) throw errorOf(name);
    return Promise.resolve(value());
  }
}

function errorOf(name: string): Error {
  return Object.assign(new Error(name), { name });
}
