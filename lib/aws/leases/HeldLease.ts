import type { Progress } from './Lease';

/** The state that a finished shard left to those that came of it. */
export interface Inheritance {
  readonly shardId: string;
  readonly state: string;
}

/** A lease that this worker has: nobody else processes the shard, as long as the worker stops when it is told to. */
export interface HeldLease {
  readonly shardId: string;
  /** the name of this worker */
  readonly worker: string;
  /** Grows with every owner: what it names, such as a file, no earlier owner has named. */
  readonly epoch: number;
  /** from where to go on */
  readonly start: Progress;
  /** of a shard that came of others, where it starts without state of its own: theirs, in the order of their ids */
  readonly inherited: readonly Inheritance[];
  /** aborted when the lease is lost, left or finished */
  readonly signal: AbortSignal;
  /**
   * Moves position and state in one write, however often the service has to be asked. Without a state the row has none
   * afterwards: also the commit of the end needs one, where children are to inherit it. After the position `end` the
   * lease is finished. One commit after the other.
   * @throws LeaseLostError when the lease is not this worker's any more: nothing was written
   * @throws the SDK's error when the service refuses, and no repetition would help
   */
  commit(progress: Progress): Promise<void>;
}

/** What runs the shards. */
export interface LeaseHandler {
  /** Nobody else runs this shard: begin. */
  granted(lease: HeldLease): void;
  /**
   * Another worker waits for the lease, or this one stops: read no more, finish what is in flight and commit it. The
   * lease goes on when this has resolved; it must do so when the lease is lost meanwhile. Must not reject.
   */
  drain(lease: HeldLease): Promise<void>;
  /**
   * Another worker may run this shard by now: stop at once; what was not committed is void. Until this has resolved the
   * shard does not come back to this worker. Must not reject.
   */
  lost(lease: HeldLease): Promise<void>;
  /** A finished shard is not needed any more, and neither is its state. */
  removed(shardId: string): void;
  /** Calls of the table begin to fail, or work again when there is no error. */
  trouble(error: unknown): void;
}

/** What was to be written belongs to another worker now, or to none. */
export class LeaseLostError extends Error {
  constructor(shardId: string) {
    super(`the lease of ${shardId} is lost: another worker goes on from its last checkpoint`);
    this.name = 'LeaseLostError';
  }
}
