import assert from 'node:assert/strict';
import { partitionOf } from '../../../lib/records/partitionOf';

const partition = (kinesis: unknown, index = -1) => partitionOf({ msg: { kinesis }, record: {}, index });

describe('the partition of a record', () => {
  it('is its shard, in a batch its own where the message says so for each', () => {
    assert.equal(partition({ shardId: 's1' }), 's1');
    assert.equal(partition([{ shardId: 's1' }, { shardId: 's2' }], 1), 's2');
    assert.equal(partition({ shardId: 's1' }, 5), 's1');
  });

  it('is empty where no stream is named', () => {
    for (const kinesis of [undefined, null, 'text', {}, { shardId: 3 }, [], [null]]) {
      assert.equal(partition(kinesis, 0), '');
    }
  });
});
