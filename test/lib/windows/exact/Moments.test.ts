import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Expansion } from '../../../../lib/windows/exact/Expansion';
import { ExactSum, Moments } from '../../../../lib/windows/exact/Moments';
import { rational, root, rounded } from './rational';

function filled<T extends { add(value: number): void }>(gathering: T, values: readonly number[]): T {
  for (const value of values) gathering.add(value);
  return gathering;
}

/** A number whose size is spread evenly over powers of two. */
const sized = (min: number, max: number) =>
  fc
    .tuple(fc.double({ min: 1, max: 2, maxExcluded: true, noNaN: true }), fc.integer({ min, max: max - 1 }))
    .chain(([digits, power]) => fc.constantFrom(1, -1).map((sign) => sign * digits * 2 ** power));
/** Numbers that have a partner of nearly the same size and the other sign now and then, so that sums cancel. */
const cancelling = (number: fc.Arbitrary<number>) =>
  fc
    .array(
      fc.tuple(number, fc.constantFrom(0, 1, 1 + 2 ** -52)).map(([a, b]) => (b ? [a, -a * b] : [a])),
      { maxLength: 15 },
    )
    .map((pairs) => pairs.flat());
const anyNumbers = cancelling(fc.oneof(sized(-900, 1000), sized(-60, 60), fc.integer().map(Number)));
const squarable = cancelling(fc.oneof(sized(-390, 490), sized(-60, 60), fc.constant(0)));
const shuffled = (numbers: fc.Arbitrary<number[]>) =>
  numbers.chain((values) =>
    fc.tuple(
      fc.constant(values),
      fc.shuffledSubarray(values, { minLength: values.length, maxLength: values.length }),
    ),
  );

describe('an expansion', () => {
  it('rounds the exact sum to the nearest double, a tie to even', () => {
    const exact = (values: number[]) => rounded(values.map(rational).reduce((a, b) => a + b, 0n));
    fc.assert(
      fc.property(anyNumbers, (values) =>
        assert.equal(filled(new Expansion(), values).rounded, exact(values)),
      ),
      { numRuns: 2000 },
    );
    for (const values of [
      [1, 2 ** -53],
      [1, 2 ** -53, 2 ** -110],
      [1 + 2 ** -52, 2 ** -53],
      [1 + 2 ** -52, 2 ** -53, -(2 ** -110)],
      [-1, -(2 ** -53), -(2 ** -110)],
    ])
      assert.equal(filled(new Expansion(), values).rounded, exact(values), String(values));
  });

  it('adds products without rounding them', () => {
    const pairs = fc.array(fc.tuple(sized(-400, 400), sized(-60, 60)), { maxLength: 20 });
    fc.assert(
      fc.property(pairs, (factors) => {
        const sum = new Expansion();
        for (const [a, b] of factors) sum.addProduct(a, b);
        // Two rationals in units of 2^-1074 multiply to one in units of 2^-2148.
        const exact = factors.reduce((all, [a, b]) => all + rational(a) * rational(b), 0n);
        assert.equal(sum.rounded, rounded(exact, 2148));
      }),
    );
  });

  it('holds nothing after what was added is taken away', () => {
    const sum = filled(new Expansion(), [1e100, 0.1, -1e-200, -1e100, -0.1, 1e-200]);
    assert.deepEqual([sum.rounded, sum.parts], [0, []]);
  });
});

describe('an exact sum', () => {
  it('is the same to the last bit in every order', () => {
    fc.assert(
      fc.property(shuffled(anyNumbers), ([values, otherwise]) => {
        const [one, other] = [filled(new ExactSum(), values), filled(new ExactSum(), otherwise)];
        assert.deepEqual([other.sum, other.mean, other.count], [one.sum, one.mean, values.length]);
      }),
    );
  });

  it('keeps small numbers beside huge ones', () => {
    assert.equal(filled(new ExactSum(), [1, 1e100, 1, -1e100]).sum, 2);
    assert.equal(filled(new ExactSum(), Array(10).fill(0.1)).sum, 1);
  });

  it('is infinite only when the sum of all numbers is, and has a mean even then', () => {
    const huge = [1e308, 1e308];
    assert.deepEqual(
      [filled(new ExactSum(), huge).sum, filled(new ExactSum(), huge).mean],
      [Infinity, 1e308],
    );
    for (const values of [
      [1.5e308, 1.5e308, -1.5e308],
      [1.5e308, -1.5e308, 1.5e308],
    ])
      assert.equal(filled(new ExactSum(), values).sum, 1.5e308);
  });

  it('of nothing is 0 and has no mean', () => {
    assert.deepEqual([new ExactSum().sum, new ExactSum().mean], [0, undefined]);
  });
});

describe('moments', () => {
  it('have the deviation that rational arithmetic gives, to within two units of the last digit', () => {
    fc.assert(
      fc.property(squarable, (values) => {
        fc.pre(values.length > 1);
        const exact = values.map(rational);
        const n = BigInt(values.length);
        const total = exact.reduce((a, b) => a + b, 0n);
        const squares = exact.reduce((a, b) => a + b * b, 0n);
        const expected = root(n * squares - total * total, n * (n - 1n));
        const { deviation } = filled(new Moments(), values);
        assert.ok(Math.abs(deviation! - expected) <= 2 ** -51 * expected, `${deviation}, not ${expected}`);
      }),
      { numRuns: 1000 },
    );
  });

  it('have the same deviation to the last bit in every order', () => {
    fc.assert(
      fc.property(shuffled(fc.oneof(squarable, anyNumbers)), ([values, otherwise]) =>
        assert.equal(filled(new Moments(), otherwise).deviation, filled(new Moments(), values).deviation),
      ),
    );
  });

  it('keep the spread of values around 1e9 and 1e15', () => {
    for (const far of [1e9, 1e15]) {
      const values = [4, 7, 13, 16].map((value) => value + far);
      assert.equal(filled(new Moments(), values).deviation, Math.sqrt(30));
    }
  });

  it('are 0 apart when all numbers are the same', () => {
    assert.equal(filled(new Moments(), Array(1000).fill(0.1)).deviation, 0);
  });

  it('have no deviation of one number, nor of numbers whose squares are no doubles', () => {
    assert.equal(filled(new Moments(), [5]).deviation, undefined);
    for (const values of [
      [1, 1e200, 2],
      [1e200, 1, 2],
    ])
      assert.equal(filled(new Moments(), values).deviation, undefined);
    assert.equal(filled(new Moments(), [1.3e154, 1.3e154]).deviation, 0);
  });

  it('merge to what one pass over all parts gives, to the last bit', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(squarable, anyNumbers), { minLength: 1 }), (parts) => {
        const merged = { sum: new ExactSum(), moments: new Moments() };
        for (const part of parts) {
          merged.sum.merge(filled(new ExactSum(), part));
          merged.moments.merge(filled(new Moments(), part));
        }
        const whole = {
          sum: filled(new ExactSum(), parts.flat()),
          moments: filled(new Moments(), parts.flat()),
        };
        assert.deepEqual(
          [merged.sum.count, merged.sum.sum, merged.sum.mean, merged.moments.deviation],
          [whole.sum.count, whole.sum.sum, whole.sum.mean, whole.moments.deviation],
        );
      }),
    );
  });
});
