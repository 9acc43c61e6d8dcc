import type { LeasePosition } from './checkpoint';

/** Who processes one shard, and how far it is processed: a row of the lease table. */
export interface Lease {
  readonly shardId: string;
  /** the worker that has it, or is about to get it; undefined when it is free */
  readonly owner: string | undefined;
  /** the worker that still finishes with it, when `owner` is waiting for it */
  readonly leaving: string | undefined;
  /** grows with every renewal, commit and change of owner, so that whoever has not seen the last one cannot write */
  readonly counter: number;
  readonly position: LeasePosition;
  /** where the state that belongs to the position is; undefined when there is none */
  readonly state: string | undefined;
  readonly parents: readonly string[];
  /** the stream that the shard belongs to; undefined where another application wrote the row */
  readonly stream: LeasedStream | undefined;
}

/** A stream of the same name created anew has other records, under the same shard ids. */
export interface LeasedStream {
  readonly name: string;
  /** milliseconds since the epoch */
  readonly createdAt: number;
}

/** Up to where a shard is processed, and where the state up to there is. */
export interface Progress {
  readonly position: LeasePosition;
  readonly state: string | undefined;
}
