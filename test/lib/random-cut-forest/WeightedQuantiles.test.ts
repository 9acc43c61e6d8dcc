import assert from 'node:assert/strict';
import fc from 'fast-check';
import { WeightedQuantiles } from '../../../lib/random-cut-forest/WeightedQuantiles';

describe('weighted quantiles', () => {
  const weighted = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: 4 })), {
    minLength: 1,
    maxLength: 600,
  });
  const of = (pairs: [number, number][], scale = 1) => {
    const quantiles = new WeightedQuantiles();
    for (const [value, weight] of pairs) quantiles.add(value, scale * weight);
    return quantiles;
  };

  it('are those of the values repeated by weight, whatever the unit of the weights', () => {
    fc.assert(
      fc.property(
        weighted,
        fc.integer({ min: 0, max: 20 }),
        fc.constantFrom(1, 0.1, 1e-3),
        (pairs, of20, scale) => {
          const all = pairs
            .flatMap(([value, weight]) => new Array<number>(weight).fill(value))
            .sort((a, b) => a - b);
          // Of n values the quantile lies past the first n * part; between two of them when that is a whole number.
          const place = (all.length * of20) / 20;
          const upper = all[Math.min(all.length - 1, Math.floor(place))]!;
          const lower = all[Math.max(0, Math.ceil(place) - 1)]!;
          assert.equal(of(pairs, scale).at(of20 / 20), (lower + upper) / 2);
        },
      ),
    );
  });

  it('of mirrored values are mirrored', () => {
    fc.assert(
      fc.property(weighted, fc.integer({ min: 0, max: 20 }), (pairs, of20) => {
        const mirrored = pairs.map(([value, weight]): [number, number] => [-value, weight]);
        assert.equal(of(mirrored).at(1 - of20 / 20) + of(pairs).at(of20 / 20), 0);
      }),
    );
  });

  it('are none of nothing, and those of what came since it was cleared', () => {
    const quantiles = of([[1, 1]]);
    quantiles.clear();
    assert.ok(Number.isNaN(quantiles.at(0.5)));
    quantiles.add(5, 2);
    assert.equal(quantiles.at(0.5), 5);
  });
});
