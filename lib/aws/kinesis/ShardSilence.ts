import type { Silence } from '../../delivery/partitions';
import type { Fault } from './fault';
import type { Page } from './RecordSource';

/** Faults that say nothing of those who write into the shard. */
const ours: ReadonlySet<Fault> = new Set(['expired', 'throttled', 'busy']);

/**
 * What reading has seen of the silence of a shard. Only a look that succeeds and finds nothing counts: a reader that is
 * held up, throttled or cut off knows nothing of what has come meanwhile.
 */
export class ShardSilence {
  private seen: Silence | undefined;

  /** The present silence; undefined when the last page that came told of records. */
  get present(): Silence | undefined {
    return this.seen;
  }

  /** Takes note of what a read has brought. */
  note({ records, millisBehindLatest, asOf }: Page): void {
    if (records.length > 0 || millisBehindLatest > 0) this.seen = undefined;
    else if (asOf !== undefined) this.seen = { since: this.seen?.since ?? asOf, asOf };
  }

  /**
   * Takes note of a read that failed. What keeps a reader from the service may have kept the writers from it as well, and
   * they have to catch up then: so silence begins anew.
   */
  failed(fault: Fault): void {
    if (!ours.has(fault)) this.seen = undefined;
  }
}
