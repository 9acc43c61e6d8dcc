import type { Origin } from './KinesisIn';

interface Trouble {
  attempts: number;
  error: unknown;
}

/** Counts how often the flow has failed with a record, by its place in the stream. */
export class Attempts {
  private readonly troubles = new Map<string, Trouble>();

  /** @param retries how often a record is tried again after the first time */
  constructor(readonly retries: number) {}

  failed(origin: Origin, error: unknown): void {
    const place = placeOf(origin);
    const attempts = (this.troubles.get(place)?.attempts ?? 0) + 1;
    this.troubles.set(place, { attempts, error });
  }

  /** The error of a record that has had all its attempts; undefined for all others. */
  lastError(origin: Origin): unknown {
    const trouble = this.troubles.get(placeOf(origin));
    return trouble && trouble.attempts > this.retries ? trouble.error : undefined;
  }

  /** A record is done, one way or the other. */
  settled(origin: Origin): void {
    if (this.troubles.size > 0) this.troubles.delete(placeOf(origin));
  }
}

function placeOf({ shardId, sequenceNumber, subSequenceNumber }: Origin): string {
  return `${shardId}/${sequenceNumber}/${subSequenceNumber}`;
}
