import type { Progress as PositionOf } from '../../delivery/PositionKeeper';
import type { ShardPosition } from '../../delivery/positions';
import { Backoff } from '../Backoff';
import { faultOf } from '../kinesis/fault';
import { Nap } from '../kinesis/Nap';
import type { Shard } from '../kinesis/records';
import { ShardReading, type ReadingParts, type ShardProgress } from '../kinesis/ShardReading';
import { summaryOf, type ConsumerEvent, type ConsumerState } from '../kinesis/ConsumerState';
import type { ConsumerOptions } from '../kinesis/StreamConsumer';
import { longestBackoff, type Timing } from '../kinesis/timing';
import type { HeldLease, LeaseHandler } from './HeldLease';
import { LeaseKeeper, type LeaseKeeperOptions } from './LeaseKeeper';
import type { LeaseTable } from './LeaseTable';

export type SharedEvent =
  | ConsumerEvent
  | { readonly event: 'state-refused'; readonly shardId: string; readonly error: unknown }
  | { readonly event: 'lease-lost'; readonly shardId: string };

export interface SharedParts extends ReadingParts {
  readonly table: LeaseTable;
  readonly timing: Timing;
  /**
   * Takes over what the nodes of the flow keep of a shard.
   * @param shards all that the stream has
   * @throws Error when it cannot be used
   */
  readonly open: (lease: HeldLease, shards: ReadonlyMap<string, Shard>) => Promise<void>;
  /** Gives it up: with a last commit, or as the last one has left it. Must not reject. */
  readonly close: (shardId: string, how: 'commit' | 'abandon') => Promise<void>;
  /** A lease was lost in the middle of the work: what its records have caused since the last commit must be undone. */
  readonly undo: () => void;
  /** The state of a shard is not needed any more. */
  readonly removed: (shardId: string) => void;
  readonly onState: (state: ConsumerState) => void;
  readonly onEvent: (event: SharedEvent) => void;
}

/** Milliseconds after which a look at the shards of the stream has surely begun. */
const longestLook = 500;

interface Held {
  readonly opening: Promise<void>;
  /** ends the opening */
  readonly closing: AbortController;
  reading: ShardReading | undefined;
  /** its state could not be taken over so far */
  refused: boolean;
  readonly positions: Partial<Record<PositionOf, ShardPosition>>;
}

/**
 * Reads those shards of a stream that this worker has the leases of, and leaves the others to the other workers of the
 * application: see LeaseKeeper.
 */
export class SharedConsumer implements LeaseHandler {
  private readonly held = new Map<string, Held>();
  private readonly keeper: LeaseKeeper;
  private shardsNow: ReadonlyMap<string, Shard> = new Map();
  private error: unknown;
  private ending = false;
  private readonly nap: Nap;
  private readonly stop = new AbortController();

  constructor(
    private readonly options: ConsumerOptions & Omit<LeaseKeeperOptions, 'startAt'>,
    private readonly parts: SharedParts,
  ) {
    this.nap = new Nap(parts.timing);
    this.keeper = new LeaseKeeper(options, parts.table, this, parts.timing);
  }

  /** Where reading stands in the shards that this worker has. */
  positions(of: PositionOf): ReadonlyMap<string, ShardPosition> {
    const positions = new Map<string, ShardPosition>();
    for (const [shardId, { positions: its }] of this.held) if (its[of]) positions.set(shardId, its[of]);
    return positions;
  }

  /** The shards that this worker reads, by id. */
  shards(): ReadonlyMap<string, ShardProgress> {
    const waited = { silence: undefined, parents: [] };
    return new Map([...this.held].map(([shardId, { reading }]) => [shardId, reading?.progress ?? waited]));
  }

  /** Consumes until the signal is aborted; then leaves its leases to the others, as the last commit has left them. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => (this.ending = true), { once: true });
    const keeping = this.keeper.run(signal);
    const backoff = new Backoff(longestBackoff, () => this.parts.timing.random());
    while (!signal.aborted) {
      this.nap.forgetNews();
      try {
        const description = await this.parts.api.describe(signal);
        // A stream that is just being created or deleted shows none.
        if (description.shards.length > 0) {
          this.shardsNow = new Map(description.shards.map((shard) => [shard.id, shard]));
        }
        await this.keeper.sync(description, signal);
        backoff.reset();
        this.trouble(undefined);
        await this.nap.take(this.options.discoveryInterval, signal);
      } catch (error) {
        if (signal.aborted) break;
        this.trouble(error);
        await this.parts.timing.sleep(backoff.next(), signal);
      }
    }
    await keeping;
    this.stop.abort();
  }

  granted(lease: HeldLease): void {
    const closing = new AbortController();
    // Deferred, so that what is held is there when it begins.
    const opening = Promise.resolve().then(() => this.begin(lease, held));
    const held: Held = { opening, closing, reading: undefined, refused: false, positions: {} };
    this.held.set(lease.shardId, held);
  }

  async drain({ shardId }: HeldLease): Promise<void> {
    await this.stopReading(shardId);
    await this.parts.close(shardId, this.ending ? 'abandon' : 'commit');
    this.forget(shardId);
  }

  async lost({ shardId }: HeldLease): Promise<void> {
    if (!this.ending) {
      this.parts.onEvent({ event: 'lease-lost', shardId });
      this.parts.undo();
    }
    await this.stopReading(shardId);
    await this.parts.close(shardId, 'abandon');
    this.forget(shardId);
  }

  removed(shardId: string): void {
    this.parts.removed(shardId);
  }

  trouble(error: unknown): void {
    const fault = faultOf(error);
    if (error !== undefined && this.error === undefined && fault !== 'throttled') {
      this.parts.onEvent({ event: 'failing', error });
    }
    this.error = error;
    this.tell();
  }

  /** The end of a shard is committed, and so its lease is finished. */
  finished(shardId: string): void {
    this.held.get(shardId)?.reading?.stop();
    void this.parts.close(shardId, 'abandon');
    this.forget(shardId);
    // Its children can be read now.
    this.nap.disturb();
  }

  /** Takes the state over, as often as it has to be tried, and then reads. */
  private async begin(lease: HeldLease, held: Held): Promise<void> {
    const { shardId } = lease;
    const ended = AbortSignal.any([lease.signal, held.closing.signal]);
    const backoff = new Backoff(longestBackoff, () => this.parts.timing.random());
    // Another worker may have seen a shard first.
    const shard = this.shardsNow.get(shardId) ?? (await this.lookAgain(ended)).get(shardId);
    while (!ended.aborted) {
      try {
        await this.parts.open(lease, this.shardsNow);
        break;
      } catch (error) {
        if (ended.aborted) return;
        if (!held.refused) this.parts.onEvent({ event: 'state-refused', shardId, error });
        held.refused = true;
        this.tell();
        await this.parts.timing.sleep(backoff.next(), ended);
      }
    }
    held.refused = false;
    if (ended.aborted || this.ending) return;
    if (shard) held.reading = this.read(lease, shard, held);
    else this.skip(shardId, held);
    this.tell();
  }

  /** A shard that the service has deleted is over, so that its children can be read. */
  private skip(shardId: string, { positions }: Held): void {
    this.parts.onEvent({ event: 'shard-expired', shardId });
    positions.sent = positions.done = { at: 'end' };
  }

  /** @returns the shards as they are from now on */
  private async lookAgain(signal: AbortSignal): Promise<ReadonlyMap<string, Shard>> {
    const before = this.shardsNow;
    while (this.shardsNow === before && !signal.aborted) {
      this.nap.disturb();
      await this.parts.timing.sleep(longestLook, signal);
    }
    return this.shardsNow;
  }

  private read({ start }: HeldLease, shard: Shard, { positions }: Held): ShardReading {
    const { limit, maxIdle, batch } = this.options;
    const { position } = start;
    const tip = position.at === 'latest';
    return new ShardReading(
      shard,
      {
        ...{ limit, maxIdle, batch, tip },
        position: tip ? { at: 'timestamp', time: this.parts.timing.now() } : position,
        isClosed: () => this.shardsNow.get(shard.id)?.open === false,
        onState: () => this.tell(),
        onProgress: (of, at) => (positions[of] = at),
        onRefused: (error) => this.parts.onEvent({ event: 'position-refused', shardId: shard.id, error }),
      },
      this.parts,
      this.stop.signal,
    );
  }

  private async stopReading(shardId: string): Promise<void> {
    const held = this.held.get(shardId);
    held?.closing.abort();
    await held?.opening;
    held?.reading?.halt();
    await held?.reading?.finished;
  }

  private forget(shardId: string): void {
    this.held.delete(shardId);
    this.tell();
  }

  private tell(): void {
    const held = [...this.held.values()];
    const states = held.flatMap(({ reading }) => (reading ? [reading.state] : []));
    this.parts.onState({
      shards: this.held.size,
      ...summaryOf(states, this.error),
      unreadable: held.some(({ refused }) => refused),
    });
  }
}
