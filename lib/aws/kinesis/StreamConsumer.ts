import { PositionKeeper, type Progress } from '../../delivery/PositionKeeper';
import type { ShardPosition, StreamPositions } from '../../delivery/positions';
import { Backoff } from '../Backoff';
import { summaryOf, type ConsumerEvent, type ConsumerState } from './ConsumerState';
import { faultOf } from './fault';
import type { StreamDescription } from './KinesisApi';
import { firstPositions, readable, startOf, type StartAt } from './lineage';
import { Nap } from './Nap';
import type { PollingOptions } from './PollingSource';
import type { Shard } from './records';
import type { ReadingOptions } from './ShardReader';
import { ShardReading, type ReadingParts, type ShardProgress } from './ShardReading';
import { longestBackoff } from './timing';

export interface ConsumerOptions extends ReadingOptions, PollingOptions {
  readonly startAt: StartAt;
  /** milliseconds between looks for new shards */
  readonly discoveryInterval: number;
}

export interface ConsumerParts extends ReadingParts {
  /** from where to go on; undefined in a stream that this consumer has never read */
  readonly saved: StreamPositions | undefined;
  readonly onState: (state: ConsumerState) => void;
  readonly onEvent: (event: ConsumerEvent) => void;
}

/**
 * Reads all shards of a stream, each from its saved position, and finds the shards that splitting, merging and scaling
 * add. Never gives up: a stream that is missing, throttled or unreachable is tried again without end.
 */
export class StreamConsumer {
  private readonly readings = new Map<string, ShardReading>();
  private keeper: PositionKeeper | undefined;
  private saved: StreamPositions | undefined;
  private error: unknown;
  private readonly nap: Nap;
  /** Shards that have been read to their end, whose children may not have been found yet. */
  private readonly justEnded = new Set<string>();
  /** Shards that took no new records any more at the last look. */
  private closed: ReadonlySet<string> = new Set();
  /** Shards that `latest` starts at their newest record. */
  private readonly tips = new Set<string>();

  constructor(
    private readonly options: ConsumerOptions,
    private readonly parts: ConsumerParts,
  ) {
    this.saved = parts.saved;
    this.nap = new Nap(parts.timing);
  }

  /** Where reading stands; undefined as long as nothing is known of the stream. */
  positions(of: Progress): StreamPositions | undefined {
    return this.keeper?.positions(of) ?? this.saved;
  }

  /**
   * The shards whose records are still to come, by id: those being read; before that those that have saved positions, also
   * ended ones, whose children may not have any yet; and those that have just ended, until their children are found.
   */
  shards(): ReadonlyMap<string, ShardProgress> {
    const waited = { silence: undefined, parents: [] };
    const shards = new Map<string, ShardProgress>();
    if (!this.keeper) for (const id of Object.keys(this.saved?.shards ?? {})) shards.set(id, waited);
    for (const id of this.justEnded) shards.set(id, waited);
    for (const [id, { progress }] of this.readings) {
      shards.set(id, this.error === undefined ? progress : { ...progress, silence: undefined });
    }
    return shards;
  }

  /** Consumes until the signal is aborted; then all reading has ended, and what is in flight may still move positions. */
  async run(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(longestBackoff, () => this.parts.timing.random());
    while (!signal.aborted) {
      try {
        this.nap.forgetNews();
        // What was described before a shard came to its end may not have its children.
        const ended = [...this.justEnded];
        await this.reconcile(await this.parts.api.describe(signal), signal);
        for (const id of ended) this.justEnded.delete(id);
        backoff.reset();
        this.error = undefined;
        this.tell();
        await this.nap.take(this.options.discoveryInterval, signal);
      } catch (error) {
        if (signal.aborted) break;
        this.noteTrouble(error);
        this.tell();
        await this.parts.timing.sleep(backoff.next(), signal);
      }
    }
    await this.stopReading();
  }

  private async reconcile({ createdAt, shards }: StreamDescription, signal: AbortSignal): Promise<void> {
    const keeper = await this.keeperOf(createdAt, shards);
    const known = new Set(shards.map(({ id }) => id));
    this.closed = new Set(shards.filter(({ open }) => !open).map(({ id }) => id));
    for (const [id, reading] of this.readings) {
      if (known.has(id) || shards.length === 0) continue;
      this.readings.delete(id);
      reading.stop();
      keeper.set('sent', id, { at: 'end' });
      keeper.set('done', id, { at: 'end' });
      this.parts.onEvent({ event: 'shard-expired', shardId: id });
    }
    if (shards.length > 0) keeper.prune(known);
    for (const shard of readable(shards, (id) => keeper.get(id))) {
      if (!this.readings.has(shard.id)) this.startReading(shard, keeper, signal);
    }
  }

  /** The positions of the stream that was created then: those kept so far, those saved, or new ones. */
  private async keeperOf(createdAt: number, shards: readonly Shard[]): Promise<PositionKeeper> {
    if (this.keeper && isSameTime(this.keeper.createdAt, createdAt)) return this.keeper;
    const before = this.keeper ?? this.saved;
    const recreated = before !== undefined && !isSameTime(before.createdAt, createdAt);
    await this.stopReading();
    if (recreated) this.parts.onEvent({ event: 'stream-recreated' });
    const first =
      this.saved && !recreated ? this.saved : { createdAt, shards: this.firstPositions(shards, recreated) };
    this.saved = undefined;
    this.keeper = new PositionKeeper(first);
    return this.keeper;
  }

  /** All of a stream that was created anew is unseen, wherever the consumer once began in the old one. */
  private firstPositions(shards: readonly Shard[], recreated: boolean): Record<string, ShardPosition> {
    if (recreated) return Object.fromEntries(shards.map(({ id }) => [id, { at: 'trim-horizon' }]));
    const positions = firstPositions(shards, this.options.startAt, this.parts.timing.now());
    for (const [id, { at }] of Object.entries(positions)) if (at === 'timestamp') this.tips.add(id);
    return positions;
  }

  private startReading(shard: Shard, keeper: PositionKeeper, signal: AbortSignal): void {
    const { onEvent } = this.parts;
    const { limit, maxIdle, batch, startAt } = this.options;
    const reading: ShardReading = new ShardReading(
      shard,
      {
        ...{ limit, maxIdle, batch },
        position: keeper.get(shard.id) ?? startOf(startAt),
        tip: this.tips.delete(shard.id),
        isClosed: () => this.closed.has(shard.id),
        onState: () => this.tell(),
        onProgress: (of, position) => {
          keeper.set(of, shard.id, position);
          if (of === 'done' && position.at === 'end') this.finish(shard.id, reading);
        },
        onRefused: (error) => onEvent({ event: 'position-refused', shardId: shard.id, error }),
      },
      this.parts,
      signal,
    );
    this.readings.set(shard.id, reading);
  }

  /** A shard is read and processed to its end: its children may start at once. */
  private finish(id: string, reading: ShardReading): void {
    if (this.readings.get(id) !== reading) return;
    this.readings.delete(id);
    this.justEnded.add(id);
    this.nap.disturb();
  }

  private async stopReading(): Promise<void> {
    const readings = [...this.readings.values()];
    this.readings.clear();
    for (const reading of readings) reading.halt();
    await Promise.all(readings.map(({ finished }) => finished));
  }

  /** Tells the reason once, however many tries fail alike. */
  private noteTrouble(error: unknown): void {
    const fault = faultOf(error);
    const isNews = this.error === undefined || faultOf(this.error) !== fault;
    if (isNews && fault !== 'throttled') this.parts.onEvent({ event: 'failing', error });
    this.error = error;
  }

  private tell(): void {
    const states = [...this.readings.values()].map(({ state }) => state);
    this.parts.onState({ shards: this.readings.size, ...summaryOf(states, this.error) });
  }
}

/** Services tell the time of creation in whole seconds or in milliseconds. */
function isSameTime(a: number, b: number): boolean {
  return Math.abs(a - b) < 1000;
}
