import type { KinesisClient, PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { streamRef } from './streamRef';

/** A record to be stored. */
export interface PutEntry {
  /** 1 to 256 characters */
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** decimal, 0 to 2^128 - 1: decides on the shard in the place of the partition key's hash */
  readonly explicitHashKey?: string;
}

/** Where a record was stored. */
export interface Accepted {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** What the service said about one entry of a call. */
export type PutResult = Accepted | { readonly errorCode: string; readonly errorMessage: string };

/** Stores entries with one call and answers by position; rejects when the whole call failed. */
export type PutRecords = (entries: readonly PutEntry[], signal: AbortSignal) => Promise<readonly PutResult[]>;

/**
 * PutRecords of the service. The client's own retries see only failures of the whole call: a call of which a part failed
 * is a success to them (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html).
 */
export function putRecordsOf(client: () => Promise<KinesisClient>, stream: string): PutRecords {
  const target = streamRef(stream);
  return async (entries, abortSignal) => {
    const { PutRecordsCommand } = await import('@aws-sdk/client-kinesis');
    const kinesis = await client();
    const answer = await kinesis.send(new PutRecordsCommand({ ...target, Records: entries.map(toRequest) }), {
      abortSignal,
    });
    return (answer.Records ?? []).map(
      ({ ShardId = '', SequenceNumber = '', ErrorCode, ErrorMessage = '' }): PutResult =>
        ErrorCode === undefined
          ? { shardId: ShardId, sequenceNumber: SequenceNumber }
          : { errorCode: ErrorCode, errorMessage: ErrorMessage },
    );
  };
}

function toRequest({ partitionKey, data, explicitHashKey }: PutEntry): PutRecordsRequestEntry {
  return { PartitionKey: partitionKey, Data: data, ExplicitHashKey: explicitHashKey };
}

/** What counts towards the service's limits: the bytes of the data before its encoding, and of the key. */
export function entryBytes({ data, partitionKey }: PutEntry): number {
  return data.byteLength + Buffer.byteLength(partitionKey);
}
