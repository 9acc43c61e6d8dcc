/** One record as the service returns it. */
export interface StoredRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  readonly sequenceNumber: string;
  /** when the service took it in, in milliseconds since the epoch */
  readonly arrival: number;
}

/** One record as its producer wrote it: a stored record, or one of those that were packed into it. */
export interface UserRecord extends StoredRecord {
  /** its place among the records packed together, from 0; undefined for a record that was stored alone */
  readonly subSequenceNumber: number | undefined;
}

/** The hash keys of a shard, both ends inclusive, of the 128 bits that MD5 gives. */
export interface HashRange {
  readonly start: bigint;
  readonly end: bigint;
}

export interface Shard {
  readonly id: string;
  /** the shard or the two shards that it came from by splitting or merging */
  readonly parents: readonly string[];
  /** takes new records */
  readonly open: boolean;
  readonly hashRange: HashRange;
}
