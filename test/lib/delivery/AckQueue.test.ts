import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AckQueue } from '../../../lib/delivery/AckQueue';

describe('AckQueue', () => {
  it('moves only over what is done without a gap', () => {
    const told: string[] = [];
    const queue = new AckQueue<string>((position) => told.push(position));
    const [a, b, c] = [queue.push('a'), queue.push('b'), queue.push('c')];
    b();
    assert.deepEqual(told, []);
    a();
    assert.deepEqual(told, ['b']);
    c();
    assert.deepEqual(told, ['b', 'c']);
    assert.equal(queue.size, 0);
  });

  it('takes an acknowledgement that comes twice for one', () => {
    const told: number[] = [];
    const queue = new AckQueue<number>((position) => told.push(position));
    const first = queue.push(1);
    queue.push(2);
    first();
    first();
    assert.deepEqual(told, [1]);
    assert.equal(queue.size, 1);
  });

  it('stands, in any order of acknowledgements, just before the first open entry', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 3000 })
          .chain((size) => fc.shuffledSubarray([...Array(size).keys()]).map((order) => ({ size, order }))),
        ({ size, order }) => {
          let position = -1;
          const queue = new AckQueue<number>((next) => {
            assert.ok(next > position);
            position = next;
          });
          const acks = Array.from({ length: size }, (_, index) => queue.push(index));
          for (const index of order) acks[index]!();
          const done = new Set(order);
          const open = acks.findIndex((_, index) => !done.has(index));
          assert.equal(position, (open < 0 ? size : open) - 1);
          assert.equal(queue.size, open < 0 ? 0 : size - open);
        },
      ),
      { numRuns: 30 },
    );
  });
});
