import assert from 'node:assert/strict';
import { KeyedQueue } from '../../../../lib/aws/kinesis/KeyedQueue';

interface Item {
  lane: string;
  bytes: number;
  id: number;
}

describe('KeyedQueue', () => {
  let queue: KeyedQueue<Item>;
  const add = (...lanes: string[]) => lanes.map((lane, id) => queue.add({ lane, bytes: 10, id }));
  const ids = (items: Item[]) => items.map(({ id }) => id);

  beforeEach(() => {
    queue = new KeyedQueue();
  });

  it('takes the first of each lane, and the next only after that one is settled', () => {
    add('a', 'a', 'b');
    const taken = queue.take(10, 1000);
    assert.deepEqual(ids(taken), [0, 2]);
    assert.deepEqual(queue.take(10, 1000), []);
    queue.settle(taken[0]!);
    assert.deepEqual(ids(queue.take(10, 1000)), [1]);
  });

  it('takes first what was given back, and keeps its lane closed', () => {
    add('a', 'a', 'b', 'c');
    queue.giveBack(queue.take(2, 1000));
    assert.deepEqual(ids(queue.take(10, 1000)), [0, 2, 3]);
  });

  it('stops at the count and at the bytes, but takes at least one', () => {
    add('a', 'b', 'c');
    assert.equal(queue.take(1, 1000).length, 1);
    assert.equal(queue.take(10, 15).length, 1);
    assert.equal(queue.take(10, 1).length, 1);
  });

  it('leaves nothing out of turn when what was given back does not fit whole', () => {
    add('a', 'b', 'c');
    queue.giveBack(queue.take(2, 1000));
    assert.deepEqual(ids(queue.take(10, 10)), [0]);
    assert.deepEqual(ids(queue.take(10, 1000)), [1, 2]);
  });

  it('counts records and bytes until they are settled', () => {
    add('a', 'b');
    const [item] = queue.take(1, 1000);
    assert.deepEqual([queue.size, queue.bytes, queue.takable], [2, 20, 1]);
    queue.settle(item!);
    assert.deepEqual([queue.size, queue.bytes, queue.takable], [1, 10, 1]);
  });

  it('clears every lane in order', () => {
    add('a', 'b', 'a');
    queue.giveBack(queue.take(1, 1000));
    assert.deepEqual(ids(queue.clear()), [0, 1, 2]);
    assert.deepEqual([queue.size, queue.bytes, queue.peek()], [0, 0, undefined]);
  });
});
