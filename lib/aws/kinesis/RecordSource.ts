import type { ShardPosition } from '../../delivery/positions';
import type { StoredRecord } from './records';

/** Records of one shard that came together, in order. */
export interface Page {
  readonly records: readonly StoredRecord[];
  /** how far these records lag behind the newest of the shard, in milliseconds */
  readonly millisBehindLatest: number;
  /** the shard is closed and these are its last records */
  readonly ended: boolean;
  /**
   * As `Timing.elapsed` tells it: what was written before this moment is in this page, in those before or, if it lags
   * behind, still to be read. Undefined where that is not known.
   */
  readonly asOf: number | undefined;
  /** before this time, as `Timing.elapsed` tells it, the next page is not to be asked for */
  readonly due: number;
}

/** A way to the records of one shard. */
export interface RecordSource {
  /**
   * The next records. A source goes on by itself after the page that it gave last; `position` says from where it starts
   * the first time, and where it has to start anew. The caller waits for one page before it asks for the next.
   * @throws PositionRefused, and the errors of the AWS client; the next call tries again
   */
  next(position: ShardPosition, signal: AbortSignal): Promise<Page>;
}

/** The service does not take the position, and never will. */
export class PositionRefused extends Error {
  constructor(override readonly cause: unknown) {
    super('the position is refused', { cause });
    this.name = 'PositionRefused';
  }
}
