import { isThrottling } from '../../retry';
import type { Timing } from '../timing';
import { ConsumerRegistration } from './ConsumerRegistration';
import type { FanOutApi } from './FanOutApi';

/** Milliseconds until a consumer is asked for again where there was no room for one. */
const nextTry = 60_000;

/** What a person should know about subscriptions, although reading goes on. */
export type FanOutEvent =
  | { readonly event: 'fan-out-refused'; readonly error: unknown }
  | { readonly event: 'subscription-taken'; readonly shardId: string };

export interface FanOutParts {
  readonly api: FanOutApi;
  readonly timing: Timing;
  readonly consumerName: string;
  /** Told each event once. */
  readonly onEvent: (event: FanOutEvent) => void;
}

/** Enhanced fan-out of one stream, for all of its shards: the registered consumer, and whether it may subscribe. */
export class FanOut {
  private readonly registration: ConsumerRegistration;
  private readonly told = new Set<FanOutEvent['event']>();
  private refusedUntil = 0;

  /** @param signal ends all waiting */
  constructor(
    private readonly parts: FanOutParts,
    signal: AbortSignal,
  ) {
    const { api, consumerName, timing } = parts;
    this.registration = new ConsumerRegistration(api, consumerName, timing, signal);
  }

  get api(): FanOutApi {
    return this.parts.api;
  }

  /** Shards are polled, because the service does not let this consumer subscribe. */
  get refused(): boolean {
    return this.refusedUntil > 0;
  }

  /** A subscription may be tried now. */
  get open(): boolean {
    return this.parts.timing.elapsed() >= this.refusedUntil;
  }

  /** The ARN of the registered consumer, once it is active. */
  async consumerArn(): Promise<string> {
    try {
      const arn = await this.registration.arn();
      this.refusedUntil = 0;
      return arn;
    } catch (error) {
      // A stream takes so many consumers and no more, until somebody deletes one: shards are polled meanwhile.
      if (isThrottling(nameOf(error))) this.refuse(error, this.parts.timing.elapsed() + nextTry);
      throw error;
    }
  }

  /** Takes note of an error of a subscription. */
  note(error: unknown, shardId: string, hadEvents: boolean): void {
    const name = nameOf(error);
    if (forbids.test(name)) this.refuse(error, Infinity);
    if (name === 'ResourceNotFoundException') this.registration.forget();
    if (name === 'ResourceInUseException' && hadEvents) this.tell({ event: 'subscription-taken', shardId });
  }

  private refuse(error: unknown, until: number): void {
    this.refusedUntil = until;
    this.tell({ event: 'fan-out-refused', error });
  }

  private tell(event: FanOutEvent): void {
    if (this.told.has(event.event)) return;
    this.told.add(event.event);
    this.parts.onEvent(event);
  }
}

/** Errors that no waiting heals: no right to it, or a server that does not know it. */
const forbids = /^AccessDenied|UnknownOperation|InvalidAction|NotImplemented|UnsupportedOperation/;

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
