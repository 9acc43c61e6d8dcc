import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkpointOf, isStart, positionOf, type LeasePosition } from '../../../../lib/aws/leases/checkpoint';

const sequenceNumber = fc.bigInt(0n, 2n ** 186n).map(String);
const anyPosition: fc.Arbitrary<LeasePosition> = fc.oneof(
  fc.constantFrom<LeasePosition>({ at: 'trim-horizon' }, { at: 'latest' }, { at: 'end' }),
  fc.nat().map((time) => ({ at: 'timestamp' as const, time })),
  sequenceNumber.map((number) => ({ at: 'after' as const, sequenceNumber: number })),
  fc
    .tuple(sequenceNumber, fc.nat(1_000_000))
    .map(([number, sub]) => ({ at: 'after' as const, sequenceNumber: number, subSequenceNumber: sub })),
);

/** Whether the Kinesis Client Library, going on at a checkpoint, passes over a user record of the same stored record. */
const passesOver = (subSequenceNumber: number, index: number) => index <= subSequenceNumber;

describe('checkpoints of leases', () => {
  it('come back as the positions that they were', () => {
    fc.assert(
      fc.property(anyPosition, (position) => {
        assert.deepEqual(positionOf(checkpointOf(position)), position);
      }),
    );
  });

  it('go by the names that the Kinesis Client Library gives to places', () => {
    const names = (['trim-horizon', 'latest', 'end'] as const).map((at) => checkpointOf({ at }).checkpoint);
    assert.deepEqual(names, ['TRIM_HORIZON', 'LATEST', 'SHARD_END']);
    assert.deepEqual(checkpointOf({ at: 'timestamp', time: 1700 }), {
      checkpoint: 'AT_TIMESTAMP',
      subSequenceNumber: 0,
      startTime: 1700,
    });
  });

  it('count the user records of a stored record as the library does: up to that number, from 0', () => {
    const { subSequenceNumber } = checkpointOf({ at: 'after', sequenceNumber: '7', subSequenceNumber: 2 });
    assert.equal(subSequenceNumber, 2);
    assert.deepEqual(positionOf({ checkpoint: '7', subSequenceNumber: 0 }), {
      at: 'after',
      sequenceNumber: '7',
      subSequenceNumber: 0,
    });
  });

  it('let the library pass over all of a stored record that is done, however many it was packed of', () => {
    const { subSequenceNumber } = checkpointOf({ at: 'after', sequenceNumber: '7' });
    for (const index of [0, 1, 1_000_000]) assert.ok(passesOver(subSequenceNumber, index));
    assert.ok(Number.isInteger(subSequenceNumber) && subSequenceNumber < 2 ** 31, 'a Java int holds it');
  });

  it('start at the beginning of the shard where the time of AT_TIMESTAMP is with another application', () => {
    assert.deepEqual(positionOf({ checkpoint: 'AT_TIMESTAMP', subSequenceNumber: 0 }), {
      at: 'trim-horizon',
    });
  });

  it('must be of the library', () => {
    for (const checkpoint of ['', 'shard_end', '-1', '12a']) {
      assert.throws(() => positionOf({ checkpoint, subSequenceNumber: 0 }), {
        message: `a checkpoint must be a sequence number, TRIM_HORIZON, LATEST, AT_TIMESTAMP or SHARD_END, got "${checkpoint}"`,
      });
    }
  });

  it('tell whether anything of a shard has been processed', () => {
    assert.ok(
      isStart({ at: 'trim-horizon' }) && isStart({ at: 'latest' }) && isStart({ at: 'timestamp', time: 0 }),
    );
    assert.ok(!isStart({ at: 'end' }) && !isStart({ at: 'after', sequenceNumber: '1' }));
  });
});
