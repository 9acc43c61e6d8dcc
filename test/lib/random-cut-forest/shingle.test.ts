import assert from 'node:assert/strict';
import { RandomCutForest } from '../../../lib/random-cut-forest';
import { noise } from '../../helpers/noise';

describe('the shingle of a forest', () => {
  const options = { dimensions: 2, shingleSize: 3, numberOfTrees: 20, subSampleSize: 32, timeDecay: 320 };
  const records = () => {
    const random = noise(1);
    return Array.from({ length: 200 }, () => [random(), 1e6 + random()]);
  };
  const fed = () => {
    const forest = new RandomCutForest(options);
    for (const record of records()) forest.update(record);
    return forest;
  };

  it('can be given whole, and scores as the latest records do', () => {
    const forest = fed();
    const [one, other] = records().slice(-2) as [number[], number[]];
    for (const record of [
      [0, 1e6],
      [3, 1e6 - 4],
    ]) {
      assert.equal(forest.scoreShingle([...one, ...other, ...record]), forest.score(record));
    }
    assert.throws(() => forest.scoreShingle([1, 2]), /a shingle must have 6 values, got 2/);
    assert.throws(
      () => forest.scoreShingle([1, 2, 3, 4, 5, NaN]),
      /value 5 must be a finite number, got NaN/,
    );
    assert.equal(new RandomCutForest(options).scoreShingle([1, 2, 3, 4, 5, 6]), 0);
  });

  it('takes a record in that is not learned', () => {
    const [learned, appended] = [fed(), fed()];
    const before = appended.scoreShingle([0, 1e6, 0, 1e6, 0, 1e6]);
    learned.update([9, 1e6]);
    appended.append([9, 1e6]);
    const [last] = records().slice(-1) as [number[]];
    assert.equal(appended.score([1, 1e6]), appended.scoreShingle([...last, 9, 1e6, 1, 1e6]));
    assert.equal(appended.scoreShingle([0, 1e6, 0, 1e6, 0, 1e6]), before, 'the trees stay as they were');
    assert.equal(appended.seen + 1, learned.seen);
  });

  it('takes the first records in either way alike', () => {
    const long = { ...options, shingleSize: 8 };
    const [learned, appended] = [new RandomCutForest(long), new RandomCutForest(long)];
    for (const record of records().slice(0, 7)) {
      learned.update(record);
      appended.append(record);
    }
    assert.deepEqual(appended.snapshot(), learned.snapshot());
  });
});
