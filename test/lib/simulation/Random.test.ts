import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random } from '../../../lib/simulation/Random';

const draw = (count: number, ...seeds: number[]) => {
  const random = new Random(...seeds);
  return Array.from({ length: count }, () => random.next());
};

describe('Random', () => {
  it('gives the same numbers for a seed in every release', () => {
    const random = new Random(1);
    assert.deepEqual(
      Array.from({ length: 3 }, () => random.next() * 2 ** 32),
      [994097660, 2510800946, 3908791537],
    );
  });

  it('gives other numbers for another seed, also beyond 32 bits, and for seeds in another order', () => {
    const streams = [[1], [2], [1, 2], [2, 1], [1, 0], [1 + 2 ** 32], [2 ** 40 + 1]].map((seeds) =>
      draw(4, ...seeds).join(),
    );
    assert.equal(new Set(streams).size, streams.length);
  });

  it('spreads evenly over [0, 1)', () => {
    const numbers = draw(20_000, 7);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const number of numbers) tenths[Math.floor(number * 10)]!++;
    // Chi-squared with 9 degrees of freedom is above 27.9 once in a thousand seeds.
    const chiSquared = tenths.reduce((sum, seen) => sum + (seen - 2000) ** 2 / 2000, 0);
    assert.ok(chiSquared < 27.9, String(chiSquared));
  });

  it('draws whole numbers within their limits, both included', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: -1000, max: 1000 }), fc.nat(1000), (seed, min, width) => {
        const drawn = new Random(seed).integer(min, min + width);
        assert.ok(Number.isInteger(drawn) && drawn >= min && drawn <= min + width);
      }),
    );
    const random = new Random(3);
    const dice = new Set(Array.from({ length: 200 }, () => random.integer(1, 6)));
    assert.deepEqual([...dice].sort(), [1, 2, 3, 4, 5, 6]);
  });

  it('never takes chance 0 and always takes chance 1', () => {
    const random = new Random(5);
    for (let i = 0; i < 1000; i++) assert.deepEqual([random.chance(0), random.chance(1)], [false, true]);
  });

  it('has heavy tails from 1 to the limit, half of them above the square root of 2', () => {
    const random = new Random(11);
    const tails = Array.from({ length: 4000 }, () => random.heavyTail(10));
    assert.ok(tails.every((tail) => tail >= 1 && tail <= 10));
    assert.ok(tails.some((tail) => tail === 10));
    const above = tails.filter((tail) => tail > Math.SQRT2).length;
    assert.ok(Math.abs(above - 2000) < 4 * Math.sqrt(1000), String(above));
  });

  it('rings the bell around 0 with deviation 1', () => {
    const random = new Random(7);
    const rung = Array.from({ length: 20_000 }, () => random.bell());
    const mean = rung.reduce((sum, each) => sum + each, 0) / rung.length;
    const variance = rung.reduce((sum, each) => sum + (each - mean) ** 2, 0) / rung.length;
    assert.ok(Math.abs(mean) < 0.03 && Math.abs(variance - 1) < 0.04, `${mean} ${variance}`);
    assert.ok(rung.every((each) => Math.abs(each) < 6));
  });
});
