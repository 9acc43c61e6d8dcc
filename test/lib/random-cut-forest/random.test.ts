import assert from 'node:assert/strict';
import { exponential, exponentialBelow, seedStreams, uniform } from '../../../lib/random-cut-forest/random';

const draws = 20_000;

/** How far draws lie from their law at most, as Kolmogorov and Smirnov measure it. @param law the law's distribution */
function apart(draw: (streams: Uint32Array) => number, law: (x: number) => number): number {
  const streams = new Uint32Array(2);
  seedStreams(streams, 5);
  const drawn = Float64Array.from({ length: draws }, () => draw(streams)).sort();
  return Math.max(...drawn.map((x, i) => Math.max((i + 1) / draws - law(x), law(x) - i / draws)));
}

/** One test of a thousand finds more in draws that follow their law. */
const furthest = 1.95 / Math.sqrt(draws);

describe("a tree's random numbers", () => {
  it('are uniform', () => {
    assert.ok(
      apart(
        (streams) => uniform(streams, 0),
        (x) => x,
      ) < furthest,
    );
  });

  it('are exponential', () => {
    assert.ok(
      apart(
        (streams) => exponential(streams, 0),
        (x) => -Math.expm1(-x),
      ) < furthest,
    );
  });

  for (const bound of [1e-9, 0.1, 0.5, 0.51, 3, 100]) {
    it(`are exponential on condition that they are below ${bound}`, () => {
      const law = (x: number) => Math.expm1(-x) / Math.expm1(-bound);
      const draw = (streams: Uint32Array) => exponentialBelow(streams, 0, bound);
      assert.ok(apart(draw, law) < furthest);
    });
  }

  it('are finite, whatever bits are drawn', () => {
    const streams = Uint32Array.of(0, 0);
    for (let i = 0; i < 100_000; i++) assert.ok(exponential(streams, 0) > 0 && exponential(streams, 0) < 23);
  });
});
