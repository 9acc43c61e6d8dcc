import assert from 'node:assert/strict';
import type { ConsumerEvent, ConsumerState } from '../../../../lib/aws/kinesis/ConsumerState';
import {
  StreamConsumer,
  type ConsumerOptions,
  type ConsumerParts,
} from '../../../../lib/aws/kinesis/StreamConsumer';
import { InFlight } from '../../../../lib/delivery/InFlight';

/**
 * Starts a consumer of texts, and gathers what it tells.
 * @param events where they are gathered, with others
 * @param finish decides what happens to records: done at once if it says nothing
 */
export function startConsumer<Event = never>(
  parts: Pick<ConsumerParts, 'api' | 'saved' | 'timing' | 'fanOut'>,
  signal: AbortSignal,
  events: (ConsumerEvent | Event)[],
  options: Partial<ConsumerOptions> = {},
  maxInFlight = 10,
  finish: (texts: string[]) => Promise<void> = () => Promise.resolve(),
) {
  const got: string[] = [];
  const states: ConsumerState[] = [];
  const inFlight = new InFlight(maxInFlight);
  const consumer = new StreamConsumer(
    {
      startAt: { at: 'trim-horizon' },
      limit: 5,
      batch: 1,
      maxIdle: 1000,
      discoveryInterval: 10_000,
      ...options,
    },
    {
      ...parts,
      inFlight,
      deliver: ({ records }) => {
        const texts = records.map(({ data }) => Buffer.from(data).toString());
        got.push(...texts);
        return finish(texts);
      },
      onState: (state) => states.push(state),
      onEvent: (event) => events.push(event),
    },
  );
  return { got, states, events, consumer, inFlight, running: consumer.run(signal) };
}

/** Waits for what virtual time brings. */
export async function untilVirtually(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 30_000;
  while (!condition()) {
    assert.ok(Date.now() < end, `timed out waiting for ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
