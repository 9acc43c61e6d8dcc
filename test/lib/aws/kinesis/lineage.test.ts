import assert from 'node:assert/strict';
import { firstPositions, readable, startOf } from '../../../../lib/aws/kinesis/lineage';
import type { Shard } from '../../../../lib/aws/kinesis/records';
import type { ShardPosition } from '../../../../lib/delivery/positions';

const shard = (id: string, parents: string[] = [], open = false): Shard => ({
  id,
  parents,
  open,
  hashRange: { start: 0n, end: 1n },
});
const end: ShardPosition = { at: 'end' };

describe('lineage', () => {
  // One shard is split, the halves are merged again.
  const shards = [
    shard('one'),
    shard('left', ['one']),
    shard('right', ['one']),
    shard('merged', ['left', 'right'], true),
  ];
  const ids = (positions: Record<string, ShardPosition>, list = shards) =>
    readable(list, (id) => positions[id]).map(({ id }) => id);

  it('reads parents before their children, and both parents before a merged child', () => {
    assert.deepEqual(ids({}), ['one']);
    assert.deepEqual(ids({ one: { at: 'after', sequenceNumber: '1' } }), ['one']);
    assert.deepEqual(ids({ one: end }), ['left', 'right']);
    assert.deepEqual(ids({ one: end, left: end }), ['right']);
    assert.deepEqual(ids({ one: end, left: end, right: end }), ['merged']);
    assert.deepEqual(ids({ one: end, left: end, right: end, merged: end }), []);
  });

  it('waits for no parent that has expired whole', () => {
    assert.deepEqual(ids({}, shards.slice(1)), ['left', 'right']);
    assert.deepEqual(ids({}, shards.slice(3)), ['merged']);
  });

  it('passes over closed shards when it starts at the newest record, and notes when that was', () => {
    assert.deepEqual(firstPositions(shards, { at: 'latest' }, 77), {
      one: end,
      left: end,
      right: end,
      merged: { at: 'timestamp', time: 77 },
    });
    assert.deepEqual(firstPositions(shards, { at: 'trim-horizon' }, 77), {});
  });

  it('starts shards that come later at their first record, or at the time that was asked for', () => {
    assert.deepEqual(startOf({ at: 'latest' }), { at: 'trim-horizon' });
    assert.deepEqual(startOf({ at: 'trim-horizon' }), { at: 'trim-horizon' });
    assert.deepEqual(startOf({ at: 'timestamp', time: 3 }), { at: 'timestamp', time: 3 });
  });
});
