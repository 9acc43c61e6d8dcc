import assert from 'node:assert/strict';
import { atOnce, forEachStep, goOn, unfinished, type Steps } from '../../../lib/steps/Steps';

describe('steps', () => {
  const seen: number[] = [];
  beforeEach(() => void (seen.length = 0));

  function* counted(): Steps<string> {
    yield* forEachStep([1, 2, 3, 4, 5], 2, (item) => void seen.push(item));
    return 'done';
  }

  it('are done at a stretch, with what comes of them', () => {
    assert.equal(atOnce(counted()), 'done');
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
  });

  it('stop where about so much is done, and go on from there', () => {
    const steps = counted();
    assert.equal(goOn(steps, 3), unfinished);
    assert.deepEqual(seen, [1, 2]);
    assert.equal(goOn(steps, 4), unfinished);
    assert.deepEqual(seen, [1, 2, 3, 4]);
    assert.equal(goOn(steps, 100), 'done');
  });
});
