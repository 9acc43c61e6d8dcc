/** The forest's laws and figures, each measured with fixed seeds and compared within its sampling error. */
import assert from 'node:assert/strict';
import { RandomCutForest, type ForestOptions } from '../../../lib/random-cut-forest';
import { CutTrees } from '../../../lib/random-cut-forest/CutTrees';
import { ForestState } from '../../../lib/random-cut-forest/ForestState';
import { defaultOptions } from '../../../lib/random-cut-forest/options';
import { noise, uniformNoise } from '../../helpers/noise';

const stateOf = (forest: RandomCutForest) => (forest as unknown as { state: ForestState }).state;

describe('the scores of a random cut forest', () => {
  /** Sines with normal noise and a spike of 30 in every 500th record. */
  function figures(options: Partial<ForestOptions> & { dimensions: number }): {
    normal: number;
    spike: number;
  } {
    const random = noise(77);
    const forest = new RandomCutForest({ timeDecay: 10 * (options.subSampleSize ?? 256), ...options });
    const sums = { normal: 0, spike: 0 };
    const counts = { normal: 0, spike: 0 };
    for (let i = 0; i < 4000; i++) {
      const kind = i % 500 === 499 ? 'spike' : 'normal';
      const record = Array.from(
        { length: options.dimensions },
        (_, d) => 5 * Math.sin(i / (20 + d)) + random(),
      );
      if (kind === 'spike') record[0]! += 30;
      const score = forest.scoreAndUpdate(record);
      if (i < 1000) continue;
      sums[kind] += score;
      counts[kind]++;
    }
    return { normal: sums.normal / counts.normal, spike: sums.spike / counts.spike };
  }

  // The means that the algorithm's published implementation gives on like data.
  const published: [string, Partial<ForestOptions> & { dimensions: number }, number, number][] = [
    ['100 trees, sample 256, 1 dimension', { dimensions: 1 }, 0.8, 5.4],
    ['100 trees, sample 12, 1 dimension', { dimensions: 1, subSampleSize: 12 }, 0.97, 3],
    ['100 trees, sample 256, shingle 8', { dimensions: 1, shingleSize: 8 }, 0.68, 2.5],
    ['100 trees, sample 256, 10 dimensions', { dimensions: 10 }, 0.85, 2.26],
  ];
  for (const [what, options, normal, spike] of published) {
    it(`lie on the published scale: ${what}`, () => {
      const measured = figures(options);
      assert.ok(Math.abs(measured.normal - normal) < 0.06, `normal ${measured.normal}`);
      assert.ok(Math.abs(measured.spike - spike) < 0.15 * spike + 0.2, `spike ${measured.spike}`);
    });
  }

  it('find a click-through rate of 50 % among windows of 10 %', () => {
    const counts = { normal: 0, normalOver: 0, anomaly: 0, anomalyOver: 0 };
    for (let seed = 0; seed < 50; seed++) {
      const random = uniformNoise(seed);
      const forest = new RandomCutForest({ dimensions: 1, subSampleSize: 12, seed });
      for (let window = 0; window < 250; window++) {
        const isAnomaly = window >= 200 && window < 205;
        let impressions = 0;
        for (let product = random(); product > Math.exp(-20); product *= random()) impressions++;
        let clicks = 0;
        for (let i = 0; i < impressions; i++) if (random() < (isAnomaly ? 0.5 : 0.1)) clicks++;
        const score = forest.scoreAndUpdate([(100 * clicks) / Math.max(1, impressions)]);
        if (window < 20) continue;
        const kind = isAnomaly ? 'anomaly' : 'normal';
        counts[kind]++;
        if (score > 2) counts[isAnomaly ? 'anomalyOver' : 'normalOver']++;
      }
    }
    assert.ok(counts.anomalyOver / counts.anomaly >= 0.9, JSON.stringify(counts));
    assert.ok(counts.normalOver / counts.normal <= 0.03, JSON.stringify(counts));
  });
});

describe('the sample of a tree', () => {
  it('holds a point of age a with a probability that falls as exp(-a / timeDecay)', () => {
    const timeDecay = 100;
    const forest = new RandomCutForest({ dimensions: 1, numberOfTrees: 1000, subSampleSize: 20, timeDecay });
    const count = 600;
    for (let i = 0; i < count; i++) forest.update([i]);
    const state = stateOf(forest);
    const ages = new Float64Array(count);
    for (let i = 0; i < state.leafRow.length; i++) {
      const value = state.point[state.leafRow[i]!]! + state.origin[0]!;
      const age = count - 1 - value;
      ages[age] = ages[age]! + 1;
    }
    // Without replacement, an age is in with 1 - exp(-x w) rather than in proportion to w; x makes the sum 20.
    const weight = (age: number) => Math.exp(-age / timeDecay);
    const expected = (x: number) => Array.from(ages, (_, age) => 1 - Math.exp(-x * weight(age)));
    let x = 0;
    for (let step = 1; step > 1e-9; step /= 2) {
      while (expected(x + step).reduce((a, b) => a + b) < 20) x += step;
    }
    const law = expected(x);
    for (let from = 0; from < 400; from += 50) {
      const seen = ages.subarray(from, from + 50).reduce((a, b) => a + b) / 1000;
      const due = law.slice(from, from + 50).reduce((a, b) => a + b);
      // five standard errors of a mean over 1000 trees
      assert.ok(Math.abs(seen - due) < 5 * Math.sqrt(due / 1000) + 0.02, `age ${from}: ${seen}, not ${due}`);
    }
  });

  it('takes new points as often when it draws jumps as the law demands', () => {
    const forest = new RandomCutForest({
      dimensions: 1,
      numberOfTrees: 200,
      subSampleSize: 64,
      timeDecay: 640,
    });
    const state = stateOf(forest);
    let taken = 0;
    for (let i = 0; i < 8000; i++) {
      const before = state.next.slice();
      forest.update([i]);
      if (i >= 4000) taken += state.next.filter((next, tree) => next !== before[tree]).length;
    }
    // Scaling the weights down moves every tree's next acceptance once.
    const rate = taken / (4000 * 200);
    assert.ok(Math.abs(rate - 0.0975) < 0.004, `${rate}`);
  });
});

describe('a tree of random cuts', () => {
  const points = [
    [0, 0],
    [1, 0.5],
    [3, 0.25],
    [3.5, 4],
    [10, 1],
  ];

  /** Root cuts of many trees into which points were put, and taken out again, in the order given (~i takes out i). */
  function rootCuts(order: readonly number[], seed: number): { dimension: number; value: number }[] {
    const trees = 1000;
    const options = { ...defaultOptions, dimensions: 2, numberOfTrees: trees, subSampleSize: 8, seed };
    const state = ForestState.create(options);
    const cutTrees = new CutTrees(state);
    const slots = points.map(() => new Int32Array(trees));
    for (const step of order) {
      const index = step < 0 ? ~step : step;
      state.reserveRows(1);
      const row = step < 0 ? -1 : state.takeRow();
      if (row >= 0) state.point.set(points[index]!, 2 * row);
      for (let tree = 0; tree < trees; tree++) {
        if (row >= 0) slots[index]![tree] = cutTrees.insert(tree, row);
        else cutTrees.remove(tree, slots[index]![tree]!);
      }
    }
    return Array.from(state.root, (root) => ({
      dimension: state.cutDimensionOf(root),
      value: state.cut[4 * root + 3]!,
    }));
  }

  const orders: [string, number[]][] = [
    ['put in', [0, 1, 2, 3, 4]],
    ['put in backwards', [4, 3, 2, 1, 0]],
    ['put in, one taken out and put back', [0, 1, 2, 3, 4, ~1, 1, ~3, ~0, 0, 3]],
  ];
  for (const [what, order] of orders) {
    it(`cuts the box of its points uniformly: ${what}`, () => {
      const cuts = [1, 2, 3, 4].flatMap((seed) => rootCuts(order, seed));
      const part = (holds: (cut: { dimension: number; value: number }) => boolean) =>
        cuts.filter(holds).length / cuts.length;
      // The box is 10 by 4; five standard errors of a part of 4000 trees are at most 0.04.
      assert.ok(Math.abs(part(({ dimension }) => dimension === 0) - 10 / 14) < 0.036);
      for (const x of [1, 3, 3.5, 7]) {
        assert.ok(
          Math.abs(part(({ dimension, value }) => dimension === 0 && value < x) - x / 14) < 0.04,
          `${x}`,
        );
      }
      for (const y of [0.25, 0.5, 1, 2]) {
        assert.ok(
          Math.abs(part(({ dimension, value }) => dimension === 1 && value < y) - y / 14) < 0.04,
          `${y}`,
        );
      }
    });
  }

  it('is distributed after a deletion as if the point had never been there', () => {
    const never = [1, 2, 3, 4].flatMap((seed) => rootCuts([0, 1, 2, 3], seed));
    const deleted = [5, 6, 7, 8].flatMap((seed) => rootCuts([0, 4, 1, 2, 3, ~4], seed));
    for (const [dimension, limit] of [
      [0, 1],
      [0, 3],
      [0, 3.5],
      [1, 0.5],
      [1, 4],
    ] as const) {
      const part = (cuts: typeof never) =>
        cuts.filter((cut) => cut.dimension === dimension && cut.value < limit).length / cuts.length;
      assert.ok(Math.abs(part(never) - part(deleted)) < 0.055, `${dimension} ${limit}`);
    }
    assert.ok(
      deleted.every(({ value }) => value < 4),
      'no cut of the deleted point is left',
    );
  });
});
