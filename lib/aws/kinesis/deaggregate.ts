/**
 * Unpacks the records that the Kinesis Producer Library packs into one: a magic number, a protobuf message and its MD5.
 * Format: https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 */
import { createHash } from 'node:crypto';
import { Reader } from 'protobufjs/minimal';
import type { HashRange, StoredRecord, UserRecord } from './records';

const magic = Buffer.from('f3899ac2', 'hex');
const checksumLength = 16;

interface Packed {
  readonly keyIndex: number;
  readonly hashKeyIndex: number | undefined;
  readonly data: Uint8Array;
}

interface Aggregate {
  readonly partitionKeys: readonly string[];
  readonly explicitHashKeys: readonly string[];
  readonly records: readonly Packed[];
}

/**
 * The user records in a stored record, in their order. What does not check out as an aggregate is a plain record.
 * After a reshard a producer may pack by an old map of shards; a user record whose hash key lies outside the shard is
 * left out, as the Kinesis Client Library does, because the producer sends it again to the shard where it belongs.
 */
export function deaggregate(stored: StoredRecord, range: HashRange): UserRecord[] {
  const aggregate = unpack(stored.data);
  if (!aggregate) return [{ ...stored, subSequenceNumber: undefined }];
  const records: UserRecord[] = [];
  aggregate.records.forEach(({ keyIndex, hashKeyIndex, data }, subSequenceNumber) => {
    const partitionKey = aggregate.partitionKeys[keyIndex]!;
    const explicit = hashKeyIndex === undefined ? undefined : aggregate.explicitHashKeys[hashKeyIndex]!;
    const hashKey = explicit === undefined ? hashKeyOf(partitionKey) : BigInt(explicit);
    if (hashKey < range.start || hashKey > range.end) return;
    records.push({ ...stored, data, partitionKey, subSequenceNumber });
  });
  return records;
}

/** The hash key that decides on a record's shard: the MD5 of its partition key as an unsigned number of 128 bits. */
export function hashKeyOf(partitionKey: string): bigint {
  return BigInt(`0x${createHash('md5').update(partitionKey, 'utf8').digest('hex')}`);
}

function unpack(data: Uint8Array): Aggregate | undefined {
  if (data.length <= magic.length + checksumLength) return undefined;
  if (!magic.equals(data.subarray(0, magic.length))) return undefined;
  const body = data.subarray(magic.length, -checksumLength);
  const checksum = createHash('md5').update(body).digest();
  if (!checksum.equals(data.subarray(-checksumLength))) return undefined;
  try {
    const aggregate = readAggregate(Reader.create(body));
    return isSound(aggregate) ? aggregate : undefined;
  } catch {
    return undefined;
  }
}

function readAggregate(reader: Reader): Aggregate {
  const partitionKeys: string[] = [];
  const explicitHashKeys: string[] = [];
  const records: Packed[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === field(1)) partitionKeys.push(reader.string());
    else if (tag === field(2)) explicitHashKeys.push(reader.string());
    else if (tag === field(3)) records.push(readPacked(Reader.create(reader.bytes())));
    else reader.skipType(tag & 7);
  }
  return { partitionKeys, explicitHashKeys, records };
}

function readPacked(reader: Reader): Packed {
  let keyIndex = -1;
  let hashKeyIndex: number | undefined;
  let data: Uint8Array | undefined;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 8) keyIndex = reader.uint32();
    else if (tag === 16) hashKeyIndex = reader.uint32();
    else if (tag === field(3)) data = reader.bytes();
    else reader.skipType(tag & 7);
  }
  if (!data) throw new Error('a packed record has no data');
  return { keyIndex, hashKeyIndex, data };
}

/** The tag of a length-delimited protobuf field: strings, bytes and messages. */
function field(number: number): number {
  return (number << 3) | 2;
}

function isSound({ partitionKeys, explicitHashKeys, records }: Aggregate): boolean {
  return records.every(
    ({ keyIndex, hashKeyIndex }) =>
      keyIndex in partitionKeys &&
      (hashKeyIndex === undefined || /^\d+$/.test(explicitHashKeys[hashKeyIndex] ?? '')),
  );
}
