import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { Writer } from 'protobufjs/minimal';
import { deaggregate, hashKeyOf } from '../../../../lib/aws/kinesis/deaggregate';
import type { HashRange } from '../../../../lib/aws/kinesis/records';
import { packed } from '../../../helpers/packed';

const everything: HashRange = { start: 0n, end: 2n ** 128n - 1n };
const stored = (data: Uint8Array) => ({ data, partitionKey: 'outer', sequenceNumber: '7', arrival: 5 });

/** An aggregate with a sound checksum around any body. */
function sealed(body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), body, createHash('md5').update(body).digest()]);
}

describe('deaggregate', () => {
  it('unpacks what the independent packer packed, in order and with every key', async () => {
    // The packer itself mixes up keys that are whole numbers.
    const key = fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(...'abcxyz-_ äß€') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record(
            {
              partitionKey: key,
              data: fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
              explicitHashKey: fc.bigInt({ min: 0n, max: everything.end }).map(String),
            },
            { requiredKeys: ['partitionKey', 'data'] },
          ),
          { minLength: 1, maxLength: 50 },
        ),
        async (records) => {
          const unpacked = deaggregate(
            stored(
              await packed(records.map(({ partitionKey, ...rest }) => ({ ...rest, key: partitionKey }))),
            ),
            everything,
          );
          assert.deepEqual(
            unpacked.map(({ partitionKey, data, subSequenceNumber, sequenceNumber }) => ({
              partitionKey,
              data: Buffer.from(data),
              subSequenceNumber,
              sequenceNumber,
            })),
            records.map(({ partitionKey, data }, index) => ({
              partitionKey,
              data,
              subSequenceNumber: index,
              sequenceNumber: '7',
            })),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes any bytes at all, and any bytes that look like an aggregate, without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        assert.deepEqual(deaggregate(stored(bytes), everything), [
          { ...stored(bytes), subSequenceNumber: undefined },
        ]);
        for (const record of deaggregate(stored(sealed(bytes)), everything)) assert.ok(record.data);
      }),
    );
  });

  it('takes an aggregate with a wrong checksum, or cut short, for a plain record', async () => {
    const data = await packed([{ key: 'a', data: Buffer.from('x') }]);
    const wrong = Buffer.from(data);
    wrong[10]! ^= 1;
    for (const each of [wrong, data.subarray(0, -1), data.subarray(0, 20), data.subarray(0, 4)]) {
      assert.deepEqual(deaggregate(stored(each), everything), [
        { ...stored(each), subSequenceNumber: undefined },
      ]);
    }
  });

  it('takes an aggregate whose records point to keys that are not there for a plain record', () => {
    const body = Writer.create()
      .uint32((3 << 3) | 2)
      .bytes(
        Writer.create()
          .uint32(1 << 3)
          .uint32(4)
          .uint32((3 << 3) | 2)
          .bytes(Buffer.from('x'))
          .finish(),
      )
      .finish();
    const [only, ...rest] = deaggregate(stored(sealed(body)), everything);
    assert.equal(only!.subSequenceNumber, undefined);
    assert.equal(rest.length, 0);
  });

  it('passes over fields that it does not know, such as tags', () => {
    const record = Writer.create()
      .uint32(1 << 3)
      .uint32(0)
      .uint32((3 << 3) | 2)
      .bytes(Buffer.from('x'))
      .uint32((4 << 3) | 2)
      .bytes(Buffer.from([10, 1, 97]))
      .finish();
    const body = Writer.create()
      .uint32((1 << 3) | 2)
      .string('key')
      .uint32((3 << 3) | 2)
      .bytes(record)
      .uint32((9 << 3) | 0)
      .uint32(3)
      .finish();
    const [only] = deaggregate(stored(sealed(body)), everything);
    assert.equal(only!.partitionKey, 'key');
    assert.equal(Buffer.from(only!.data).toString(), 'x');
  });

  it('leaves out records whose hash key lies outside the shard, and keeps the numbers of the others', async () => {
    const middle = 2n ** 127n;
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const data = await packed([
      ...keys.map((key) => ({ key, data: Buffer.from(key) })),
      { key: 'z', data: Buffer.from('low'), explicitHashKey: '0' },
      { key: 'z', data: Buffer.from('high'), explicitHashKey: String(everything.end) },
    ]);
    const low = deaggregate(stored(data), { start: 0n, end: middle - 1n });
    const high = deaggregate(stored(data), { start: middle, end: everything.end });
    assert.equal(low.length + high.length, 10);
    assert.ok(low.length > 1 && high.length > 1);
    assert.ok(low.every(({ partitionKey }) => partitionKey === 'z' || hashKeyOf(partitionKey) < middle));
    assert.deepEqual([low.at(-1)!.subSequenceNumber, high.at(-1)!.subSequenceNumber], [8, 9]);
  });

  it('computes the hash key as the service does', () => {
    // MD5 of "a", from RFC 1321.
    assert.equal(hashKeyOf('a'), 0x0cc175b9c0f1b6a831c399e269772661n);
  });
});
