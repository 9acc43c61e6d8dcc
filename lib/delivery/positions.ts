/** Where the reading of one shard stands: everything up to here has been processed, nothing after it is known to be. */
export type ShardPosition =
  | { readonly at: 'trim-horizon' }
  /** milliseconds since the epoch */
  | { readonly at: 'timestamp'; readonly time: number }
  /** With a sub-sequence number only that many user records of an aggregated record are done (0 means the first). */
  | { readonly at: 'after'; readonly sequenceNumber: string; readonly subSequenceNumber?: number }
  /** The shard is closed and all of it has been processed. */
  | { readonly at: 'end' };

/** The positions of one application in one stream. */
export interface StreamPositions {
  /** When the stream was created, in ms since the epoch: a stream of the same name created anew has other records. */
  readonly createdAt: number;
  /** by shard id; a shard that is missing has not been started */
  readonly shards: Readonly<Record<string, ShardPosition>>;
}

/**
 * Keeps positions so that they survive whatever ends the process. An implementation must make `save` all or nothing:
 * after a crash `load` gives one of the values saved, whole.
 */
export interface PositionStore {
  /**
   * The positions saved last; undefined where none ever were.
   * @throws PositionsError when there are some that cannot be read: never a silent fresh start
   */
  load(): Promise<StreamPositions | undefined>;
  save(positions: StreamPositions): Promise<void>;
}

/** Saved positions that cannot be used. Says which, why, and what a person can do. */
export class PositionsError extends Error {
  constructor(where: string, problem: string) {
    super(`positions in ${where} ${problem}. Restore the file, or delete it to start as "startAt" says.`);
    this.name = 'PositionsError';
  }
}
