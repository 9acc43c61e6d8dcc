import type { Timing } from '../timing';
import type { FanOutApi } from './FanOutApi';

/** Milliseconds between looks at a consumer that is being created or deleted. */
const lookInterval = 1000;

/**
 * The consumer of one name, registered with the stream the first time that it is needed, for all shards together. It
 * stays registered: to take it away with every stop would make each start wait for a new one.
 */
export class ConsumerRegistration {
  private registered: Promise<string> | undefined;

  /** @param signal ends all waiting */
  constructor(
    private readonly api: FanOutApi,
    private readonly name: string,
    private readonly timing: Timing,
    private readonly signal: AbortSignal,
  ) {}

  /** The ARN of the consumer, once it is active. After a rejection the next call tries again. */
  arn(): Promise<string> {
    if (!this.registered) {
      const registering = this.register();
      this.registered = registering;
      registering.catch(() => {
        if (this.registered === registering) this.registered = undefined;
      });
    }
    return this.registered;
  }

  /** Looks for the consumer anew: somebody has deleted it. */
  forget(): void {
    this.registered = undefined;
  }

  private async register(): Promise<string> {
    const { api, name, timing, signal } = this;
    for (;;) {
      // Who may only look and subscribe can use a consumer that somebody else has registered.
      const consumer = (await api.findConsumer(name, signal)) ?? (await this.create());
      if (consumer?.status === 'ACTIVE') return consumer.arn;
      await timing.sleep(lookInterval, signal);
      signal.throwIfAborted();
    }
  }

  private async create() {
    try {
      return await this.api.registerConsumer(this.name, this.signal);
    } catch (error) {
      // Another instance was faster; the next look finds its consumer.
      if (error instanceof Error && error.name === 'ResourceInUseException') return undefined;
      throw error;
    }
  }
}
