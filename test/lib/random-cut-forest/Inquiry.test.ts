import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RandomCutForest, type Estimate } from '../../../lib/random-cut-forest';

describe('what one may ask a forest', () => {
  const options = fc.record({
    dimensions: fc.integer({ min: 1, max: 4 }),
    numberOfTrees: fc.integer({ min: 1, max: 4 }),
    subSampleSize: fc.integer({ min: 2, max: 12 }),
    shingleSize: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer(),
  });
  /** Few different values make duplicates likely; the others reach every corner of float64. */
  const value = fc.oneof(
    fc.constantFrom(0, 1, 2, 3),
    fc.constantFrom(-0, 1e300, -1e300, 5e-324, 1e8, 1e8 + 1, Number.MAX_VALUE, -Number.MAX_VALUE),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
  );
  const records = fc.array(fc.tuple(value, value, value, value), { minLength: 8, maxLength: 60 });

  const assertSound = ({ values, lower, upper }: Estimate) => {
    values.forEach((each, i) => {
      assert.ok([lower[i]!, each, upper[i]!].every(Number.isFinite));
      assert.ok(lower[i]! <= each && each <= upper[i]!, `${lower[i]} <= ${each} <= ${upper[i]}`);
    });
  };

  it('has finite answers and ordered bands, whatever the records and options are', () => {
    fc.assert(
      fc.property(options, records, fc.nat(15), (options, records, missing) => {
        const { dimensions, shingleSize } = options;
        const forest = new RandomCutForest(options);
        for (const record of records) forest.update(record.slice(0, dimensions));
        const query = records[0]!.slice(0, dimensions);
        assertSound(forest.impute(query.map((x, d) => ((missing >> d) & 1 ? NaN : x)))!);
        assertSound(forest.expected(query, { lag: shingleSize - 1 })!);
        if (shingleSize > 1) assertSound(forest.forecast(4)!);
        for (const { distance, values } of forest.neighbours(query)) {
          assert.ok(distance >= 0 && Number.isFinite(distance) && values.every(Number.isFinite));
        }
        const out = new Float64Array(2 * dimensions * shingleSize);
        const density = forest.density(query, out);
        assert.ok(density >= 0 && density <= 1000 + 1e-6, `density ${density}`);
        assert.ok(out.every((part) => part >= 0 && Number.isFinite(part)));
      }),
      { numRuns: 200 },
    );
  });
});
