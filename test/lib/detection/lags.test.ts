import assert from 'node:assert/strict';
import fc from 'fast-check';
import { explain } from '../../../lib/detection/explanation';
import { explainLags, strangestLag } from '../../../lib/detection/lags';

describe('an explanation lag by lag', () => {
  it('tells the newest record first', () => {
    const [newest, oldest] = explainLags(Float64Array.of(1, 0, 0, 2, 5, 1, 0, 0), ['a', 'b']);
    assert.deepEqual(newest, {
      a: { score: 6, direction: 'HIGH', strength: 4 },
      b: { score: 0, direction: 'HIGH', strength: 0 },
    });
    assert.deepEqual(oldest, {
      a: { score: 1, direction: 'HIGH', strength: 1 },
      b: { score: 2, direction: 'LOW', strength: 2 },
    });
  });

  it('adds up to the explanation of the fields', () => {
    const part = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.tuple(part, part, part, part), { minLength: 1 }),
        (count, rows) => {
          const fields = ['a', 'b', 'c', 'd'].slice(0, count);
          const parts = Float64Array.from(rows.flatMap((row) => [...row, ...row].slice(0, 2 * count)));
          const lags = explainLags(parts, fields);
          assert.equal(lags.length, rows.length);
          for (const field of fields) {
            const sum = lags.reduce((total, lag) => total + lag[field]!.score, 0);
            assert.equal(sum, explain(parts, fields)[field]!.score);
          }
        },
      ),
    );
  });

  it('finds the strangest record, within reach, and the newer of two alike', () => {
    const parts = Float64Array.of(4, 4, 0, 0, 0, 3, 0, 0, 1, 1, 1, 0);
    assert.equal(strangestLag(parts, 1), 5);
    assert.equal(strangestLag(parts, 1, 4), 3);
    assert.equal(strangestLag(parts, 1, 2), 1);
    assert.equal(strangestLag(parts, 1, 0), 0);
    assert.equal(strangestLag(parts, 2), 2);
    assert.equal(strangestLag(Float64Array.of(0, 1, 1, 0), 1), 0);
  });
});
