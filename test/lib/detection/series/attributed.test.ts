import assert from 'node:assert/strict';
import { attributed } from '../../../../lib/detection/series/attributed';

describe('what values add to a score', () => {
  const usual = { value: 10, lower: 8, upper: 12 };

  it('is told of one value on the side of what was expected on which it lies', () => {
    const its = attributed(['load'], Float64Array.of(3, 1), Float64Array.of(9), { load: usual });
    assert.deepEqual(its, { load: { score: 4, direction: 'LOW', strength: 0 } });
  });

  it('is told of several values as the judge found it: their score is about records of late', () => {
    const expected = { load: usual, wait: usual };
    const its = attributed(['load', 'wait'], Float64Array.of(3, 1, 0, 2), Float64Array.of(9, 11), expected);
    assert.deepEqual(its, {
      load: { score: 4, direction: 'HIGH', strength: 2 },
      wait: { score: 2, direction: 'LOW', strength: 2 },
    });
  });
});
