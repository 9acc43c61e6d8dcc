import type { InFlight } from '../../delivery/InFlight';
import type { Silence } from '../../delivery/partitions';
import type { Progress } from '../../delivery/PositionKeeper';
import type { ShardPosition } from '../../delivery/positions';
import type { FanOut } from './fan-out/FanOut';
import { FanOutSource } from './fan-out/FanOutSource';
import type { KinesisApi } from './KinesisApi';
import { PollingSource, type PollingOptions } from './PollingSource';
import type { Shard } from './records';
import type { RecordSource } from './RecordSource';
import { ShardReader, type ReadingOptions, type ShardBatch, type ShardState } from './ShardReader';
import type { Timing } from './timing';

/** What a consumer knows of a shard that it reads, for those who wait for its records. */
export interface ShardProgress {
  /** see ShardSilence */
  readonly silence: Silence | undefined;
  readonly parents: readonly string[];
}

/** What reading any shard of a stream needs. */
export interface ReadingParts {
  readonly api: KinesisApi;
  /** Shards are subscribed to, as far as it allows; polled otherwise. */
  readonly fanOut?: FanOut;
  readonly timing: Timing;
  readonly inFlight: InFlight;
  /** Resolves when the records are processed. Must not reject. */
  readonly deliver: (batch: ShardBatch) => Promise<void>;
}

/** From where one shard is read, and who is told what. */
export interface ReadingStart extends ReadingOptions, PollingOptions {
  readonly position: ShardPosition;
  /** start with the newest record at the first try, whatever the position's time says */
  readonly tip: boolean;
  /** whether the shard took no new records any more at the last look */
  readonly isClosed: () => boolean;
  readonly onState: () => void;
  readonly onProgress: (of: Progress, position: ShardPosition) => void;
  readonly onRefused: (error: unknown) => void;
}

/** One shard that is being read, from a position to its end or until it is stopped. */
export class ShardReading {
  readonly finished: Promise<void>;
  private readonly reader: ShardReader;
  private readonly stopper = new AbortController();
  private isForgotten = false;
  private present: ShardState = { millisBehindLatest: undefined, fault: undefined };

  constructor(
    private readonly shard: Shard,
    start: ReadingStart,
    parts: ReadingParts,
    signal: AbortSignal,
  ) {
    const { position, batch, onProgress, onRefused } = start;
    const tell = (of: Progress, at: ShardPosition) => {
      if (!this.isForgotten) onProgress(of, at);
    };
    this.reader = new ShardReader(shard, position, {
      ...parts,
      batch,
      source: sourceOf(shard.id, start, parts),
      warn: (_event, _shardId, error) => onRefused(error),
      onState: (state) => {
        this.present = state;
        start.onState();
      },
      onSent: (at) => tell('sent', at),
      onPosition: (at) => tell('done', at),
    });
    // Deferred, so that the caller has it when the first callbacks come.
    const signals = AbortSignal.any([signal, this.stopper.signal]);
    this.finished = Promise.resolve().then(() => this.reader.run(signals));
  }

  get state(): ShardState {
    return this.present;
  }

  get progress(): ShardProgress {
    return { silence: this.reader.silence, parents: this.shard.parents };
  }

  /** Reads no more. What is in flight may still move positions. */
  halt(): void {
    this.stopper.abort();
  }

  /** Reads no more; positions are told no more. */
  stop(): void {
    this.isForgotten = true;
    this.halt();
  }
}

function sourceOf(id: string, start: ReadingStart, { api, timing, fanOut }: ReadingParts): RecordSource {
  const { limit, maxIdle, tip, isClosed } = start;
  const polling = { api, timing, limit, maxIdle };
  return fanOut ? new FanOutSource(id, tip, fanOut, polling, isClosed) : new PollingSource(id, tip, polling);
}
