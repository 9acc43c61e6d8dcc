import assert from 'node:assert/strict';
import { Hold } from '../../../../lib/detection/series/Hold';

describe('a hold', () => {
  const taken = (scores: readonly number[], hold = new Hold()) => scores.map((score) => hold.take(score));

  it('takes as news what is higher than the last 60 scores, and than the news among them by a quarter', () => {
    assert.deepEqual(taken([1, 1.2, 1.3, 1, 1.5, 1.7]), [true, false, true, false, false, true]);
  });

  it('takes the same again as news once 60 others came between', () => {
    const quiet = new Array<number>(59).fill(0.1);
    assert.equal(taken([2, ...quiet, 2]).at(-1), false);
    assert.equal(taken([2, 0.1, ...quiet, 2]).at(-1), true);
  });

  it('goes on from its state', () => {
    const hold = new Hold();
    taken([3, 3.5], hold);
    assert.deepEqual(taken([3.5, 3.7, 3.8], new Hold(hold.state())), [false, false, true]);
  });
});
