import type { Shard, StoredRecord } from './records';

/** From where an iterator starts to read a shard. */
export type IteratorStart =
  | { readonly type: 'TRIM_HORIZON' | 'LATEST' }
  | { readonly type: 'AT_TIMESTAMP'; readonly time: number }
  | { readonly type: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER'; readonly sequenceNumber: string };

export interface StreamDescription {
  /** milliseconds since the epoch */
  readonly createdAt: number;
  readonly shards: readonly Shard[];
}

export interface ReadResult {
  readonly records: readonly StoredRecord[];
  /** undefined at the end of a closed shard */
  readonly next: string | undefined;
  /** how far the read lags behind the newest record, in milliseconds */
  readonly millisBehindLatest: number;
}

/** What consuming one stream needs of the service. Methods reject with the SDK's errors, or when aborted. */
export interface KinesisApi {
  describe(signal: AbortSignal): Promise<StreamDescription>;
  iterator(shardId: string, start: IteratorStart, signal: AbortSignal): Promise<string>;
  /** @param limit at most so many stored records, up to 10,000 */
  read(iterator: string, limit: number, signal: AbortSignal): Promise<ReadResult>;
}
