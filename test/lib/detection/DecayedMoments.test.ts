import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecayedMoments } from '../../../lib/detection/DecayedMoments';

const near = (got: number, wanted: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(got - wanted) <= tolerance * (1 + Math.abs(wanted)), `${got} for ${wanted}`);

describe('decayed moments', () => {
  const value = fc.double({ min: -1000, max: 1000, noNaN: true });

  it('are those of values weighted by (1 - decay) to the power of their age', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(0, 0.1, 0.5),
        (values, decay) => {
          const moments = new DecayedMoments(1, decay);
          for (const each of values) moments.learn([each]);
          const weights = values.map((_, i) => (1 - decay) ** (values.length - 1 - i));
          const total = weights.reduce((sum, each) => sum + each);
          const mean = values.reduce((sum, each, i) => sum + each * weights[i]!, 0) / total;
          const variance = values.reduce((sum, each, i) => sum + (each - mean) ** 2 * weights[i]!, 0) / total;
          near(moments.weight(0), total);
          near(moments.mean(0), mean);
          near(moments.deviation(0), Math.sqrt(variance), 1e-6);
        },
      ),
    );
  });

  it('lose nothing at 100,000,000', () => {
    const moments = new DecayedMoments(1, 0.01);
    for (let i = 0; i < 5000; i++) moments.learn([1e8 + (i % 2)]);
    near(moments.deviation(0), 0.5, 1e-4);
  });

  it('leave out what is missing, value by value', () => {
    const moments = new DecayedMoments(2, 0);
    for (const record of [
      [1, 10],
      [NaN, 20],
      [3, NaN],
    ])
      moments.learn(record);
    assert.deepEqual([moments.weight(0), moments.mean(0), moments.deviation(0)], [2, 2, 1]);
    assert.deepEqual([moments.weight(1), moments.mean(1), moments.deviation(1)], [2, 15, 5]);
  });

  it('stay finite whatever comes', () => {
    const moments = new DecayedMoments(1, 0.5);
    for (const each of [Number.MAX_VALUE, -Number.MAX_VALUE, 0, 1e-300]) moments.learn([each]);
    assert.ok(moments.state().every(Number.isFinite));
  });

  it('go on from their state, and refuse another', () => {
    const moments = new DecayedMoments(2, 0.1);
    moments.learn([1, 2]);
    const restored = new DecayedMoments(2, 0.1, moments.state());
    for (const each of [moments, restored]) each.learn([5, 6]);
    assert.deepEqual(restored.state(), moments.state());
    assert.throws(
      () => new DecayedMoments(1, 0.1, moments.state()),
      /state of decayed moments must be 3 finite/,
    );
    assert.throws(() => new DecayedMoments(1, 0.1, [1, NaN, 1]), RangeError);
  });
});
