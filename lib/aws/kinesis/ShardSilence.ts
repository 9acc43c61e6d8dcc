import type { Silence } from '../../delivery/partitions';
import type { Fault } from './fault';
import type { Page } from './RecordSource';

/** Faults that say nothing of those who write into the shard. */
const ours: ReadonlySet<Fault> = new Set(['expired', 'throttled', 'busy']);
/** Milliseconds behind the newest record from which on a shard is caught up with, and not read as it is written. */
const behind = 1000;

/** A time without a break in which a shard was read as it was written; both ends as `Timing.elapsed` tells them. */
interface Span {
  since: number | undefined;
  asOf: number;
}

/** One read, as far as it tells of silence. */
export interface Look {
  readonly number: number;
  readonly span: Span;
  /** what was written before this moment has come with this read or before it; undefined where that is not known */
  readonly until: number | undefined;
}

/**
 * What reading has seen of the silence of a shard. Only a look whose records are all worked off counts: a reader that is
 * held up, throttled or cut off knows nothing of what has come meanwhile, and those who wait for records do not know yet
 * whether one of them is theirs. So a shard that others read from all the time is silent for those whose records never come.
 */
export class ShardSilence {
  private span = newSpan();
  private looks = 0;
  private workedOffUntil = 0;
  /** the first look whose records came when none were in work */
  private woken = 0;

  /**
   * Up to the last look whose records are worked off. Undefined while there is more to read, and while records are in work
   * that came after a time without any.
   */
  get present(): Silence | undefined {
    const { since, asOf } = this.span;
    return since === undefined || this.workedOffUntil < this.woken ? undefined : { since, asOf };
  }

  /**
   * Takes note of what a read has brought.
   * @param isResting whether everything that came before is worked off
   */
  look({ millisBehindLatest, asOf }: Page, isResting: boolean): Look {
    const isBehind = millisBehindLatest >= behind;
    if (isBehind) this.span = newSpan();
    const number = ++this.looks;
    if (isResting) this.woken = number;
    const until = isBehind || asOf === undefined ? undefined : asOf - millisBehindLatest;
    return { number, span: this.span, until };
  }

  /** All records of this look, and of those before it, are worked off. */
  workedOff({ number, span, until }: Look): void {
    this.workedOffUntil = number;
    if (until === undefined) return;
    span.since ??= until;
    span.asOf = Math.max(span.asOf, until);
  }

  /**
   * Takes note of a read that failed. What keeps a reader from the service may have kept the writers from it as well, and
   * they have to catch up then: so silence begins anew.
   */
  failed(fault: Fault): void {
    if (!ours.has(fault)) this.span = newSpan();
  }
}

function newSpan(): Span {
  return { since: undefined, asOf: -Infinity };
}
