import assert from 'node:assert/strict';
import { RandomCutForest } from '../../../lib/random-cut-forest';
import { noise } from '../../helpers/noise';

describe('a forecast', () => {
  const options = { shingleSize: 8, timeDecay: 2560 };

  it('goes on with a wave of two fields', () => {
    const random = noise(1);
    const wave = (i: number) => [10 + Math.sin(i / 8), 1e6 + 5 * Math.cos(i / 8)];
    const forest = new RandomCutForest({ dimensions: 2, ...options });
    for (let i = 0; i < 2000; i++) forest.update(wave(i).map((x) => x + 0.05 * random()));
    const { values, lower, upper } = forest.forecast(24)!;
    assert.equal(values.length, 48);
    for (let step = 0; step < 24; step++) {
      const [first, second] = wave(2000 + step) as [number, number];
      assert.ok(Math.abs(values[2 * step]! - first) < 0.35, `${values[2 * step]} for ${first} in ${step}`);
      assert.ok(Math.abs(values[2 * step + 1]! - second) < 1.75, `${values[2 * step + 1]} for ${second}`);
      assert.ok(lower[2 * step]! <= values[2 * step]! && values[2 * step]! <= upper[2 * step]!);
    }
  });

  it('grows unsure with distance as the stream does, and its bands hold about the part asked for', () => {
    const random = noise(2);
    const forest = new RandomCutForest({ dimensions: 1, shingleSize: 4, timeDecay: 2560 });
    let x = 0;
    const data = Array.from({ length: 2400 }, () => (x = 0.9 * x + random()));
    const steps = 8;
    const within = new Float64Array(steps);
    const width = new Float64Array(steps);
    let asked = 0;
    for (let i = 0; i < data.length - steps; i++) {
      if (i > 1000 && i % 12 === 0) {
        const { lower, upper } = forest.forecast(steps)!;
        asked++;
        for (let step = 0; step < steps; step++) {
          width[step]! += upper[step]! - lower[step]!;
          if (lower[step]! <= data[i + step]! && data[i + step]! <= upper[step]!) within[step]!++;
        }
      }
      forest.update([data[i]!]);
    }
    for (const each of within) {
      assert.ok(each / asked > 0.65 && each / asked < 0.95, [...within].map((n) => n / asked).join(' '));
    }
    // An autoregressive series' own deviation grows from 1 to 2.1 within 8 steps.
    const growth = width[7]! / width[0]!;
    assert.ok(growth > 1.4 && growth < 2.6, `the band grows ${growth} times`);
  });

  it('repeats what never changes', () => {
    const forest = new RandomCutForest({ dimensions: 1, ...options });
    for (let i = 0; i < 300; i++) forest.update([42.5]);
    const { values, lower, upper } = forest.forecast(5)!;
    assert.deepEqual([...values, ...lower, ...upper], new Array(15).fill(42.5));
  });

  it('says of the first steps the same however far it looks, and the same after a snapshot', () => {
    const random = noise(3);
    const forest = new RandomCutForest({ dimensions: 2, ...options, numberOfTrees: 20 });
    for (let i = 0; i < 600; i++) forest.update([random(), random()]);
    const far = forest.forecast(6)!;
    const near = forest.forecast(2)!;
    assert.deepEqual(near.values, far.values.slice(0, 4));
    assert.deepEqual(near.upper, far.upper.slice(0, 4));
    assert.deepEqual(RandomCutForest.from(forest.snapshot()).forecast(6), far);
  });

  it('is refused where there is no order to learn, and wrong requests by name', () => {
    assert.throws(
      () => new RandomCutForest({ dimensions: 1 }).forecast(1),
      /needs a shingleSize of 2 or more/,
    );
    const forest = new RandomCutForest({ dimensions: 1, ...options });
    assert.throws(() => forest.forecast(0), /records must be a whole number from 1, got 0/);
    assert.throws(() => forest.forecast(1, 0), /level must be above 0 and below 1, got 0/);
    assert.equal(forest.forecast(3), undefined);
  });
});
