import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RandomCutForest } from '../../../lib/random-cut-forest';
import { ConditionalSample } from '../../../lib/random-cut-forest/ConditionalSample';
import type { ForestState } from '../../../lib/random-cut-forest/ForestState';
import { noise, uniformNoise } from '../../helpers/noise';

const stateOf = (forest: RandomCutForest) => (forest as unknown as { state: ForestState }).state;

/** What ConditionalSample promises, straight from its description: each tree's leaf rows and their weights. */
function expectedSample(state: ForestState, point: Float32Array): [row: number, weight: number][] {
  const { node, cut, root, leafRow, leafMass, point: stored, stride, options } = state;
  return Array.from({ length: options.numberOfTrees }, (_, tree) => {
    const reach = (link: number): number[] => {
      if (link < 0) return [~link];
      const [left, right, dimension] = [node[4 * link]!, node[4 * link + 1]!, state.cutDimensionOf(link)];
      const x = point[dimension]!;
      if (Number.isNaN(x)) return [...reach(left), ...reach(right)];
      return reach(x <= cut[4 * link + 3]! ? left : right);
    };
    const found = reach(root[tree]!).map((leaf) => {
      const apart = [...point].map((x, d) => Math.abs(x - stored[leafRow[leaf]! * stride + d]!));
      return { leaf, distance: apart.reduce((sum, each) => sum + (Number.isNaN(each) ? 0 : each), 0) };
    });
    const least = Math.min(...found.map(({ distance }) => distance));
    const nearest = found.filter(({ distance }) => distance === least).map(({ leaf }) => leaf);
    const mass = nearest.reduce((sum, leaf) => sum + leafMass[leaf]!, 0);
    return nearest.map((leaf): [number, number] => [leafRow[leaf]!, leafMass[leaf]! / mass]);
  }).flat();
}

describe('the sample of points like one known in part', () => {
  const value = fc.oneof(fc.constantFrom(0, 1, 2, 3), fc.double({ min: -3, max: 3, noNaN: true }));
  const record = fc.tuple(value, value, value);

  it('has of each tree the nearest of the leaves that the known values lead to', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 5, maxLength: 60 }),
        record,
        fc.subarray([0, 1, 2]),
        fc.integer(),
        (records, wanted, missing, seed) => {
          const forest = new RandomCutForest({ dimensions: 3, numberOfTrees: 5, subSampleSize: 24, seed });
          for (const each of records) forest.update(each);
          const state = stateOf(forest);
          const point = Float32Array.from(wanted, (x, d) =>
            missing.includes(d) ? NaN : x - state.origin[d]!,
          );
          const sample = new ConditionalSample(state);
          sample.find(point);
          const got = Array.from({ length: sample.size }, (_, i) => [sample.row(i), sample.weight(i)]);
          assert.deepEqual(got, expectedSample(state, point));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('imputation', () => {
  const forestOf = (records: number[][], options = {}) => {
    const forest = new RandomCutForest({ dimensions: records[0]!.length, timeDecay: 2560, ...options });
    for (const record of records) forest.update(record);
    return forest;
  };

  it('finds a missing value from those it depends on', () => {
    const random = noise(1);
    const records = Array.from({ length: 2000 }, () => {
      const x = random();
      return [x, 2 * x + 0.1 * random(), -x + 0.1 * random()];
    });
    const forest = forestOf(records);
    for (const x of [-1.2, -0.4, 0, 0.5, 1.1]) {
      const { values, lower, upper } = forest.impute([x, NaN, NaN])!;
      assert.ok(Math.abs(values[1]! - 2 * x) < 0.3, `${values[1]} for ${2 * x}`);
      assert.ok(Math.abs(values[2]! + x) < 0.3, `${values[2]} for ${-x}`);
      assert.ok(lower[1]! < values[1]! && values[1]! < upper[1]!);
    }
  });

  it('knows the whole distribution where nothing is known', () => {
    const uniform = uniformNoise(2);
    const forest = forestOf(Array.from({ length: 3000 }, () => [100 * uniform()]));
    const { values, lower, upper } = forest.impute([NaN])!;
    assert.ok(Math.abs(values[0]! - 50) < 4, `median ${values[0]}`);
    assert.ok(Math.abs(lower[0]! - 10) < 3 && Math.abs(upper[0]! - 90) < 3, `${lower[0]} to ${upper[0]}`);
    const half = forest.impute([NaN], 0.5)!;
    assert.ok(Math.abs(half.lower[0]! - 25) < 4 && Math.abs(half.upper[0]! - 75) < 4);
  });

  it('takes all that agrees in a value that repeats, not just one such record', () => {
    const random = noise(3);
    const forest = forestOf(
      Array.from({ length: 3000 }, (_, i) => [100 * (i % 6), (i % 6) + 0.2 * random()]),
    );
    for (let hour = 0; hour < 6; hour++) {
      const { values, lower, upper } = forest.impute([100 * hour, NaN])!;
      assert.ok(Math.abs(values[1]! - hour) < 0.1, `${values[1]} at ${hour}`);
      // 80 % of a normal distribution lie within 1.28 deviations.
      assert.ok(Math.abs(upper[1]! - lower[1]! - 2 * 1.28 * 0.2) < 0.12, `${upper[1]! - lower[1]!} wide`);
    }
  });

  it('gives bands that hold about the part asked for', () => {
    const random = noise(4);
    const forest = new RandomCutForest({ dimensions: 1, shingleSize: 4, timeDecay: 2560 });
    let x = 0;
    let within = 0;
    let asked = 0;
    for (let i = 0; i < 2400; i++) {
      x = 0.8 * x + random();
      if (i > 1000 && i % 4 === 0) {
        const { lower, upper } = forest.impute([NaN])!;
        asked++;
        if (lower[0]! <= x && x <= upper[0]!) within++;
      }
      forest.update([x]);
    }
    const part = within / asked;
    assert.ok(part > 0.72 && part < 0.92, `${part} of the records lie within the band of 0.8`);
  });

  it('gives back what is there to the last bit, and the band around it is nothing', () => {
    const forest = forestOf(Array.from({ length: 300 }, (_, i) => [1e8 + 0.1 * i, i % 10]));
    const { values, lower, upper } = forest.impute([1e8 + 0.123456789, NaN])!;
    assert.deepEqual([values[0], lower[0], upper[0]], new Array(3).fill(1e8 + 0.123456789));
    assert.deepEqual([...forest.impute([5.1, 7])!.values], [5.1, 7]);
  });

  it('finds the same wherever the data lie', () => {
    const at = (shift: number) => {
      const random = noise(5);
      const grid = () => Math.round(random() * 1024) / 1024 + shift;
      const forest = forestOf(Array.from({ length: 400 }, () => [grid(), grid()]));
      return forest.impute([0.5 + shift, NaN])!.values[1]! - shift;
    };
    assert.equal(at(1e8), at(0));
  });

  it('changes nothing in the forest', () => {
    const random = noise(6);
    const forest = forestOf(
      Array.from({ length: 400 }, () => [random(), random()]),
      { shingleSize: 3 },
    );
    const before = forest.snapshot();
    forest.impute([NaN, 1]);
    forest.expected([9, 0], { lag: 1 });
    forest.forecast(3);
    forest.neighbours([0, 0]);
    assert.deepEqual(forest.snapshot(), before);
  });

  it('says nothing while the forest is empty, and names what is wrong', () => {
    const forest = new RandomCutForest({ dimensions: 2 });
    assert.equal(forest.impute([1, NaN]), undefined);
    assert.equal(forest.expected([1, 2]), undefined);
    assert.throws(() => forest.impute([1]), /a record must have 2 values, got 1/);
    assert.throws(
      () => forest.impute([1, -Infinity]),
      /value 1 must be a finite number, or NaN .*, got -Infinity/,
    );
    assert.throws(() => forest.impute([1, NaN], 1), /level must be above 0 and below 1, got 1/);
    assert.throws(() => forest.expected([1, NaN]), /value 1 must be a finite number, got NaN/);
    assert.throws(() => forest.expected([1, 2], { lag: 1 }), /lag must be a whole number from 0 to 0, got 1/);
  });
});

describe('the expected record', () => {
  it('differs in the value that stands out, and only there', () => {
    const random = noise(7);
    const forest = new RandomCutForest({ dimensions: 3 });
    for (let i = 0; i < 1500; i++) {
      const x = random();
      forest.update([x, 3 * x, 0.1 * random()]);
    }
    const { values, lower, upper, dimensions } = forest.expected([1, -20, 0])!;
    assert.deepEqual(dimensions, [1]);
    assert.deepEqual([values[0], values[2]], [1, 0]);
    assert.ok(Math.abs(values[1]! - 3) < 0.6, `${values[1]} for 3`);
    assert.ok(lower[1]! <= values[1]! && values[1]! <= upper[1]! && upper[1]! < 6);
  });

  it('takes no more than five values as wrong', () => {
    const random = noise(8);
    const forest = new RandomCutForest({ dimensions: 12, numberOfTrees: 30 });
    for (let i = 0; i < 400; i++) forest.update(Array.from({ length: 12 }, random));
    const { values, dimensions } = forest.expected(new Array<number>(12).fill(9))!;
    assert.equal(dimensions.length, 5);
    assert.equal(values.filter((each) => each === 9).length, 7);
  });

  it('of an earlier record in the shingle is found from those on both sides of it', () => {
    const random = noise(9);
    const forest = new RandomCutForest({ dimensions: 1, shingleSize: 8 });
    const wave = (i: number) => Math.sin(i / 6) + 0.05 * random();
    for (let i = 0; i < 2000; i++) forest.update([wave(i)]);
    forest.update([7]);
    forest.update([wave(2001)]);
    const { values } = forest.expected([wave(2002)], { lag: 2 })!;
    assert.ok(Math.abs(values[0]! - Math.sin(2000 / 6)) < 0.3, `${values[0]} for ${Math.sin(2000 / 6)}`);

    const clean = Array.from({ length: 8 }, (_, i) => Math.sin((1996 + i) / 6));
    const [now, behind] = [
      forest.expected([7])!,
      forest.expected([7], { shingle: [...clean.slice(0, 7), 7] })!,
    ];
    const off = ({ values }: typeof now) => Math.abs(values[0]! - clean[7]!);
    assert.ok(
      off(behind) < 0.2,
      `off by ${off(behind)} behind what should have been, by ${off(now)} behind the spike`,
    );
    assert.throws(() => forest.expected([7], { shingle: [7] }), /a shingle must have 8 values, got 1/);
  });
});
