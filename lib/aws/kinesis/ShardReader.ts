import { AckQueue } from '../../delivery/AckQueue';
import type { InFlight } from '../../delivery/InFlight';
import type { Silence } from '../../delivery/partitions';
import type { ShardPosition } from '../../delivery/positions';
import { Backoff } from '../Backoff';
import { deaggregate } from './deaggregate';
import { faultOf, type Fault } from './fault';
import type { Shard, UserRecord } from './records';
import { PositionRefused, type Page, type RecordSource } from './RecordSource';
import { ShardSilence, type Look } from './ShardSilence';
import { longestBackoff, type Timing } from './timing';

/** Records of one shard, in order, that are handed on together. */
export interface ShardBatch {
  readonly shardId: string;
  readonly records: readonly UserRecord[];
  /** of the read that they came with, in milliseconds */
  readonly millisBehindLatest: number;
}

export interface ShardState {
  readonly millisBehindLatest: number | undefined;
  readonly fault: Fault | undefined;
}

export interface ReadingOptions {
  /** user records handed on together at most */
  readonly batch: number;
}

export interface ShardReaderParts extends ReadingOptions {
  readonly source: RecordSource;
  readonly timing: Timing;
  readonly inFlight: InFlight;
  /** Resolves when the records are processed; they are in flight until then. */
  readonly deliver: (batch: ShardBatch) => Promise<void>;
  /** told before the records up to there are handed on */
  readonly onSent: (position: ShardPosition) => void;
  /** told when all records up to there are processed */
  readonly onPosition: (position: ShardPosition) => void;
  readonly onState: (state: ShardState) => void;
  /** Something was or may be lost, and a person should know. */
  readonly warn: (event: 'position-refused', shardId: string, error: unknown) => void;
}

/** How far the flow is with a shard. */
interface Mark {
  readonly position: ShardPosition;
  /** the last read whose records all lie before the position */
  readonly look: Look | undefined;
}

/**
 * Reads one shard from a position to its end: fetches, unpacks and hands on its records in order, and moves the
 * position over those that are processed. Goes on through every fault.
 */
export class ShardReader {
  private readonly acks: AckQueue<Mark>;
  private readonly backoff: Backoff;
  private readonly seen = new ShardSilence();
  private millisBehindLatest: number | undefined;
  private handedOn: Look | undefined;

  constructor(
    private readonly shard: Shard,
    private position: ShardPosition,
    private readonly parts: ShardReaderParts,
  ) {
    this.acks = new AckQueue(({ position, look }) => {
      parts.onPosition(position);
      if (look) this.seen.workedOff(look);
    });
    this.backoff = new Backoff(longestBackoff, () => parts.timing.random());
  }

  /** What is known of the shard's silence: see ShardSilence. */
  get silence(): Silence | undefined {
    return this.seen.present;
  }

  /** Resolves when the shard is read to its end, or the signal aborted. The end is a position of its own, told later. */
  async run(signal: AbortSignal): Promise<void> {
    const { source, timing, inFlight } = this.parts;
    while (!signal.aborted) {
      try {
        const page = await source.next(this.position, signal);
        this.backoff.reset();
        const look = this.seen.look(page, this.acks.size === 0);
        this.millisBehindLatest = page.millisBehindLatest;
        this.tell(undefined);
        await this.handOn(page, look, signal);
        if (page.ended) return this.passed({ at: 'end' });
        await timing.sleep(Math.max(0, page.due - timing.elapsed()), signal);
        // A flow that cannot keep up is not read ahead of: what is read waits in memory.
        if (inFlight.full) await inFlight.acquire(1, signal).then(() => inFlight.release(1));
      } catch (error) {
        if (signal.aborted) return;
        await this.recover(error, signal);
      }
    }
  }

  private async handOn(
    { records, millisBehindLatest }: Page,
    look: Look,
    signal: AbortSignal,
  ): Promise<void> {
    const { batch, inFlight, deliver } = this.parts;
    const done = this.position;
    const fresh = records
      .flatMap((record) => deaggregate(record, this.shard.hashRange))
      .filter((record) => !isBefore(record, done));
    for (let from = 0; from < fresh.length; from += batch) {
      const part = fresh.slice(from, from + batch);
      await inFlight.acquire(part.length, signal);
      this.position = positionAfter(part.at(-1)!);
      this.parts.onSent(this.position);
      const acknowledge = this.acks.push({ position: this.position, look: this.handedOn });
      void deliver({ shardId: this.shard.id, records: part, millisBehindLatest }).then(() => {
        inFlight.release(part.length);
        acknowledge();
      });
    }
    // The last records packed together may belong to other shards; the whole of what was read is done nevertheless.
    this.handedOn = look;
    const last = records.at(-1);
    if (!last && this.acks.size === 0) this.seen.workedOff(look);
    if (last) {
      this.position = { at: 'after', sequenceNumber: last.sequenceNumber };
      this.passed(this.position);
    }
  }

  /** Nothing is to be handed on between the records before and this position. */
  private passed(position: ShardPosition): void {
    this.parts.onSent(position);
    this.acks.push({ position, look: this.handedOn })();
  }

  private async recover(error: unknown, signal: AbortSignal): Promise<void> {
    const refused = error instanceof PositionRefused;
    const fault = faultOf(refused ? error.cause : error);
    this.seen.failed(fault);
    if (refused) {
      this.parts.warn('position-refused', this.shard.id, error.cause);
      this.position = { at: 'trim-horizon' };
    }
    // Five minutes without a read let an iterator expire, which is nobody's fault.
    if (fault !== 'expired') this.tell(fault);
    await this.parts.timing.sleep(this.backoff.next(), signal);
  }

  private tell(fault: Fault | undefined): void {
    this.parts.onState({ millisBehindLatest: this.millisBehindLatest, fault });
  }
}

function positionAfter({ sequenceNumber, subSequenceNumber }: UserRecord): ShardPosition {
  return subSequenceNumber === undefined
    ? { at: 'after', sequenceNumber }
    : { at: 'after', sequenceNumber, subSequenceNumber };
}

/** Whether a position inside an aggregated record is beyond this user record. */
function isBefore(record: UserRecord, position: ShardPosition): boolean {
  return (
    position.at === 'after' &&
    position.subSequenceNumber !== undefined &&
    record.sequenceNumber === position.sequenceNumber &&
    (record.subSequenceNumber ?? 0) <= position.subSequenceNumber
  );
}
