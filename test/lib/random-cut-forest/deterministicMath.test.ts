import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expm1, ln, ln1p } from '../../../lib/random-cut-forest/deterministicMath';

const close = (seen: number, expected: number) =>
  assert.ok(Math.abs(seen - expected) <= 1e-14 * Math.abs(expected) + 1e-300, `${seen}, not ${expected}`);

describe('deterministic mathematics', () => {
  it('agrees with the logarithm over the whole range of numbers', () => {
    fc.assert(
      fc.property(fc.double({ min: 2.3e-308, max: Number.MAX_VALUE, noNaN: true }), (x) => {
        // Near 1 the logarithm itself is as small as the rounding of x.
        assert.ok(Math.abs(ln(x) - Math.log(x)) <= 1e-15 * Math.max(1, Math.abs(Math.log(x))));
      }),
    );
  });

  it('agrees with log1p, also for the smallest numbers', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.999, max: 1e15, noNaN: true }), (x) => close(ln1p(x), Math.log1p(x))),
    );
    for (const x of [1e-300, -1e-300, 1e-17, 0]) assert.equal(ln1p(x), x);
  });

  it('agrees with expm1, also for the smallest numbers', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 1, noNaN: true }), (x) => close(expm1(x), Math.expm1(x))),
    );
    assert.equal(expm1(-Infinity), -1);
    assert.equal(expm1(1e-20), 1e-20);
  });
});
