import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RandomCutForest } from '../../../lib/random-cut-forest';
import { noise } from '../../helpers/noise';

describe('near neighbours', () => {
  it('are records that were seen, at the distance and the age stated, one for each tree', () => {
    const value = fc.oneof(
      fc.constantFrom(0, 1, 2),
      fc.integer({ min: -4096, max: 4096 }).map((n) => n / 1024),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 5, maxLength: 80 }),
        fc.tuple(value, value),
        (records, query) => {
          const forest = new RandomCutForest({ dimensions: 2, numberOfTrees: 10, subSampleSize: 16 });
          for (const record of records) forest.update(record);
          const neighbours = forest.neighbours(query);
          let trees = 0;
          let last = 0;
          for (const { values, distance, age, trees: count } of neighbours) {
            const [x, y] = values as unknown as [number, number];
            assert.deepEqual([x, y], records[records.length - 1 - age]);
            assert.equal(distance, Math.abs(x - query[0]) + Math.abs(y - query[1]));
            assert.ok(distance >= last, 'nearest first');
            last = distance;
            trees += count;
          }
          assert.equal(trees, 10);
          assert.equal(new Set(neighbours.map(({ values }) => values.join())).size, neighbours.length);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('tell when something like this was seen last', () => {
    const random = noise(1);
    const forest = new RandomCutForest({ dimensions: 2, timeDecay: 2560 });
    for (let i = 0; i < 1000; i++) forest.update([random(), random()]);
    for (let i = 0; i < 20; i++) forest.update([20 + 0.1 * random(), 20]);
    for (let i = 0; i < 100; i++) forest.update([random(), random()]);
    const ages = forest.neighbours([20, 20]).map(({ age }) => age);
    assert.ok(
      ages.every((age) => age >= 100 && age < 120),
      ages.join(),
    );
  });

  it('of a value that comes again and again were seen just now', () => {
    const forest = new RandomCutForest({
      dimensions: 1,
      numberOfTrees: 30,
      subSampleSize: 16,
      timeDecay: 20,
    });
    for (let i = 0; i < 500; i++) forest.update([7]);
    const [neighbour, ...others] = forest.neighbours([7]);
    assert.deepEqual(others, []);
    assert.deepEqual([...neighbour!.values], [7]);
    assert.deepEqual([neighbour!.distance, neighbour!.trees, neighbour!.age], [0, 30, 0]);
  });

  it('are whole shingles, and the same for batches as for single records', () => {
    const random = noise(2);
    const records = Float64Array.from({ length: 900 }, random);
    const options = { dimensions: 1, shingleSize: 3, numberOfTrees: 20, subSampleSize: 32, timeDecay: 320 };
    const [single, batch] = [new RandomCutForest(options), new RandomCutForest(options)];
    for (const record of records) single.update([record]);
    batch.scoreAndUpdateAll(records, new Float64Array(records.length));
    const neighbours = single.neighbours([0]);
    assert.deepEqual(batch.neighbours([0]), neighbours);
    for (const { values, age } of neighbours) {
      const end = records.length - age;
      const seen = records.subarray(end - 3, end);
      assert.ok(
        values.every((x, d) => Math.abs(x - seen[d]!) < 1e-6),
        `${values.join()} for ${seen.join()}`,
      );
    }
  });

  it('of an empty forest are none', () => {
    assert.deepEqual(new RandomCutForest({ dimensions: 1 }).neighbours([1]), []);
    assert.throws(
      () => new RandomCutForest({ dimensions: 1 }).neighbours([NaN]),
      /value 0 must be a finite number/,
    );
  });
});
