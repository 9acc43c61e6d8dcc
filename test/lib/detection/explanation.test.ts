import assert from 'node:assert/strict';
import { explain, mainDirection } from '../../../lib/detection/explanation';

describe('an explanation', () => {
  it('gives each field its score, direction and one-sidedness', () => {
    assert.deepEqual(explain(Float64Array.of(1, 0.25, 0, 2), ['a', 'b']), {
      a: { score: 1.25, direction: 'HIGH', strength: 0.75 },
      b: { score: 2, direction: 'LOW', strength: 2 },
    });
  });

  it('adds up the lags of a shingle', () => {
    assert.deepEqual(explain(Float64Array.of(1, 0, 0, 1, 2, 0.5, 0, 3), ['a', 'b']), {
      a: { score: 3.5, direction: 'HIGH', strength: 2.5 },
      b: { score: 4, direction: 'LOW', strength: 4 },
    });
  });

  it('takes any name for a field', () => {
    assert.deepEqual(Object.keys(explain(Float64Array.of(1, 0), ['__proto__'])), ['__proto__']);
  });

  it('points the way of the field that stands out most on one side', () => {
    assert.equal(mainDirection(explain(Float64Array.of(1, 0, 0, 2), ['a', 'b'])), 'LOW');
    assert.equal(mainDirection(explain(Float64Array.of(3, 0, 0, 2), ['a', 'b'])), 'HIGH');
    // The second minute of a spike, at 20 times the usual traffic but a little below the first.
    const spike = { bytes: [1.095, 0.695], packets: [0.905, 1.025] };
    assert.equal(
      mainDirection(explain(Float64Array.from(Object.values(spike).flat()), Object.keys(spike))),
      'HIGH',
    );
  });
});
