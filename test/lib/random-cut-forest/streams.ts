import fc from 'fast-check';
import type { ForestOptions } from '../../../lib/random-cut-forest';

/** Small forests of every layout. */
export const options = fc.record({
  // Points of one value, two, a register and several are laid out differently.
  dimensions: fc.constantFrom(1, 2, 3, 4, 5, 8, 11),
  numberOfTrees: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(16, 21)),
  subSampleSize: fc.integer({ min: 2, max: 12 }),
  // 1 lets weights grow so fast that they must be scaled down within a batch.
  timeDecay: fc.constantFrom(1, 10, 1000, 2 ** 31 - 1),
  shingleSize: fc.integer({ min: 1, max: 3 }),
  seed: fc.integer(),
});

/** Few different values make duplicates likely; the others reach every corner of float64. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 1, 2, 3) },
  fc.constantFrom(-0, 1e300, -1e300, 1e-300, 5e-324, 1e-44, 1e8, 1e8 + 1),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1, max: 1, noNaN: true }),
);

/** A forest's options and as many records as come. */
export const stream = fc
  .tuple(options, fc.array(value, { minLength: 11, maxLength: 600 }))
  .map(([options, values]) => ({
    options,
    records: Float64Array.from(values.slice(0, values.length - (values.length % options.dimensions))),
  }));

export const widthOf = ({ dimensions, shingleSize }: ForestOptions) => dimensions * shingleSize;
