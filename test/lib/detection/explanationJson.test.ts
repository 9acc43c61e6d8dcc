import assert from 'node:assert/strict';
import { explain } from '../../../lib/detection/explanation';
import { explanationJson } from '../../../lib/detection/explanationJson';

describe('the published form of an explanation', () => {
  it('has texts of four decimals under the published names', () => {
    const attribution = explain(Float64Array.of(1.25004, 0.25, 0, 2), ['Systolic', 'Diastolic']);
    assert.equal(
      JSON.stringify(explanationJson(['Systolic', 'Diastolic'], attribution)),
      '{"Systolic":{"DIRECTION":"HIGH","STRENGTH":"1.0000","ATTRIBUTION_SCORE":"1.5000"},' +
        '"Diastolic":{"DIRECTION":"LOW","STRENGTH":"2.0000","ATTRIBUTION_SCORE":"2.0000"}}',
    );
  });

  it('says LOW and zeros of each field while there is nothing to explain', () => {
    const nothing = { DIRECTION: 'LOW', STRENGTH: '0.0000', ATTRIBUTION_SCORE: '0.0000' };
    assert.deepEqual(explanationJson(['a', 'toString']), { a: nothing, toString: nothing });
  });
});
