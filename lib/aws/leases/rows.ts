/**
 * Rows of the lease table, with the attributes of the Kinesis Client Library:
 * https://docs.aws.amazon.com/streams/latest/dev/kcl-dynamoDB.html
 */
import type { HashRange } from '../kinesis/records';
import type { AttributeValue } from '../vendor/clients';
import { checkpointOf, positionOf, type LeasePosition } from './checkpoint';
import type { Lease, LeasedStream, Progress } from './Lease';

export type Row = Readonly<Record<string, AttributeValue>>;

/** A lease that is to be put into the table. */
export interface NewLease extends Progress {
  readonly shardId: string;
  readonly parents: readonly string[];
  readonly hashRange: HashRange | undefined;
  readonly stream: LeasedStream | undefined;
  /** undefined for a free one */
  readonly owner?: string;
  readonly counter?: number;
}

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });

/**
 * What a row says; undefined when it is no lease of a shard. Since version 3 the library keeps rows of other kinds in the
 * same table, marked by `entityType`; and where one application consumes several streams, keys are more than a shard's id.
 * @throws Error naming the row when it is a lease that cannot be understood
 */
export function leaseOf(row: Row): Lease | undefined {
  const shardId = row.leaseKey?.S;
  if (shardId === undefined || shardId.includes(':')) return undefined;
  if (row.entityType !== undefined && row.entityType.S !== 'LEASE') return undefined;
  const name = row.streamcutStream?.S;
  return {
    shardId,
    owner: row.leaseOwner?.S,
    leaving: row.checkpointOwner?.S,
    counter: integer(row.leaseCounter) ?? 0,
    position: positionIn(row, shardId),
    state: row.streamcutState?.S,
    parents: row.parentShardId?.SS ?? [],
    stream: name === undefined ? undefined : { name, createdAt: integer(row.streamcutStreamCreated) ?? 0 },
  };
}

export function rowOf(lease: NewLease): Row {
  const { shardId, parents, hashRange, stream, owner, counter = 0, position, state } = lease;
  return {
    leaseKey: text(shardId),
    leaseCounter: number(counter),
    ownerSwitchesSinceCheckpoint: number(0),
    ...positionAttributes(position),
    ...(owner === undefined ? {} : { leaseOwner: text(owner) }),
    ...(state === undefined ? {} : { streamcutState: text(state) }),
    // A set in DynamoDB is never empty.
    ...(parents.length === 0 ? {} : { parentShardId: { SS: [...parents] } }),
    ...(hashRange
      ? { startingHashKey: text(String(hashRange.start)), endingHashKey: text(String(hashRange.end)) }
      : {}),
    ...(stream
      ? { streamcutStream: text(stream.name), streamcutStreamCreated: number(stream.createdAt) }
      : {}),
  };
}

export function positionAttributes(position: LeasePosition): Row {
  const { checkpoint, subSequenceNumber, startTime } = checkpointOf(position);
  return {
    checkpoint: text(checkpoint),
    checkpointSubSequenceNumber: number(subSequenceNumber),
    ...(startTime === undefined ? {} : { streamcutStartTime: number(startTime) }),
  };
}

function positionIn(row: Row, shardId: string): LeasePosition {
  try {
    return positionOf({
      checkpoint: row.checkpoint?.S ?? '',
      subSequenceNumber: integer(row.checkpointSubSequenceNumber) ?? 0,
      startTime: integer(row.streamcutStartTime),
    });
  } catch (error) {
    throw new Error(`lease ${shardId}: ${(error as Error).message}`, { cause: error });
  }
}

function integer(value: AttributeValue | undefined): number | undefined {
  return value?.N === undefined ? undefined : Number(value.N);
}
