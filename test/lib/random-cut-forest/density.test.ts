import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RandomCutForest } from '../../../lib/random-cut-forest';
import { noise, uniformNoise } from '../../helpers/noise';

const sum = (values: Float64Array) => values.reduce((total, each) => total + each, 0);

describe('the density around a record', () => {
  it('is expected count over expected volume', () => {
    const forest = new RandomCutForest({ dimensions: 1, numberOfTrees: 3, subSampleSize: 5 });
    for (const x of [0, 0, 0, 1, 1]) forest.update([x]);
    const out = new Float64Array(2);
    // 3 falls to the leaf of the two at 1: with itself 3 points within 2. The box of all is 1 long and 2 away, so it
    // parts 3 with probability 2/3, and then there are 6 points within 3.
    const count = (1 / 3) * 3 + (2 / 3) * 6;
    const volume = (1 / 3) * 2 + (2 / 3) * 3;
    const expected = count / 5 / ((0.001 * count) / 5 + volume);
    assert.ok(Math.abs(forest.density([3], out) - expected) < 1e-12, `${sum(out)} for ${expected}`);
    assert.equal(out[1], 0, 'all points lie below');
  });

  it('is bounded where there is no volume', () => {
    const forest = new RandomCutForest({ dimensions: 1, numberOfTrees: 3, subSampleSize: 4 });
    for (let i = 0; i < 5; i++) forest.update([7]);
    assert.ok(Math.abs(forest.density([7]) - 1000) < 1e-9);
    assert.ok(Math.abs(forest.density([9]) - 5 / 4 / (0.001 * (5 / 4) + 2)) < 1e-12);
  });

  it('is shared out to the last part, of which none is negative', () => {
    const value = fc.oneof(fc.constantFrom(0, 1, 2), fc.double({ min: -5, max: 5, noNaN: true }));
    const record = fc.tuple(value, value);
    fc.assert(
      fc.property(fc.array(record, { minLength: 5, maxLength: 60 }), record, (records, query) => {
        const forest = new RandomCutForest({ dimensions: 2, numberOfTrees: 10, subSampleSize: 16 });
        for (const each of records) forest.update(each);
        const out = new Float64Array(4);
        const density = forest.density(query, out);
        assert.ok(density > 0 && density <= 1000 + 1e-9, `${density}`);
        assert.ok(Math.abs(sum(out) - density) < 1e-9 * density);
        assert.ok(out.every((part) => part >= 0));
      }),
    );
  });

  it('is high in a cluster, lower at its edge and next to nothing outside', () => {
    const random = noise(1);
    const forest = new RandomCutForest({ dimensions: 2 });
    for (let i = 0; i < 2000; i++) forest.update([random() + (i % 2 ? 0 : 20), random()]);
    const at = (x: number) => forest.density([x, 0]);
    assert.ok(at(0) > 3 * at(3) && at(3) > 3 * at(10), `${at(0)}, ${at(3)}, ${at(10)}`);
    assert.ok(at(20) > 10 * at(10));
  });

  it('falls as the data spread', () => {
    const spread = (width: number) => {
      const uniform = uniformNoise(2);
      const forest = new RandomCutForest({ dimensions: 1 });
      for (let i = 0; i < 1000; i++) forest.update([width * uniform()]);
      return forest.density([0.5 * width + 0.001]);
    };
    const ratio = spread(100) / spread(1000);
    assert.ok(Math.abs(ratio - 10) < 0.5, `ten times as wide, ${ratio} times as thin`);
  });

  it('says on which side the others lie', () => {
    const random = noise(3);
    const forest = new RandomCutForest({ dimensions: 2 });
    for (let i = 0; i < 1000; i++) forest.update([random(), random()]);
    const out = new Float64Array(4);
    const density = forest.density([0, -8], out);
    assert.ok(out[3]! > 0.8 * density, [...out].join());
    forest.density([8, 0], out);
    assert.ok(out[0]! > 0.8 * sum(out), [...out].join());
  });

  it('of an empty forest is 0, and is refused for what is no record', () => {
    const forest = new RandomCutForest({ dimensions: 2 });
    const out = new Float64Array(4).fill(1);
    assert.equal(forest.density([1, 2], out), 0);
    assert.deepEqual([...out], [0, 0, 0, 0]);
    assert.throws(() => forest.density([1]), /a record must have 2 values, got 1/);
    assert.throws(() => forest.density([1, 2], new Float64Array(2)), /out must have 4 places, got 2/);
  });
});
