import assert from 'node:assert/strict';
import { suppressedBecause, type Evidence } from '../../../lib/detection/suppression';

/** Two values, expected at 10 and 100, of which the first came as 20 and clearly stands out. */
const strange: Evidence = {
  actual: [20, 100],
  expected: { values: [10, 100], lower: [8, 90], upper: [12, 110] },
  least: [0, 0],
  step: [1, 1],
  cleanScore: 3,
  threshold: 1,
  inRun: false,
};
const because = (changes: Partial<Evidence>, rules = {}) =>
  suppressedBecause({ ...strange, ...changes }, rules);

describe('a strange record is no anomaly', () => {
  it('only for a reason', () => {
    assert.equal(because({}), undefined);
    assert.equal(because({}, { alertOnce: true, ignored: [{ above: 9.9, below: 99 }] }), undefined);
  });

  it('when all that differs is less than matters', () => {
    assert.equal(because({ least: [10, 0] }), 'minimum-change');
    assert.equal(because({ least: [9.99, 0] }), undefined);
    assert.equal(because({ least: [10, 0], actual: [20, 150] }), undefined, 'the other value differs');
  });

  it('when it differs by no more than was to be ignored, on that side', () => {
    assert.equal(because({}, { ignored: [{ above: 10 }] }), 'ignored');
    assert.equal(because({}, { ignored: [{ aboveRatio: 1 }] }), 'ignored');
    assert.equal(because({}, { ignored: [{ below: 10, belowRatio: 1 }] }), undefined);
    assert.equal(because({ actual: [-5, 100] }, { ignored: [{ below: 15 }] }), 'ignored');
    assert.equal(because({ actual: [-5, 100] }, { ignored: [{ belowRatio: 1.4 }] }), undefined);
    assert.equal(because({ actual: [20, 130] }, { ignored: [{ above: 10 }] }), undefined);
    assert.equal(
      because({ actual: [20, 130] }, { ignored: [{ above: 10 }, { aboveRatio: 0.3 }] }),
      'ignored',
    );
  });

  it('when it lies near the band of what was expected', () => {
    assert.equal(because({ actual: [13, 89] }), 'near-expected');
    assert.equal(because({ actual: [13.1, 100] }), undefined);
    assert.equal(because({ actual: [7, 88.9] }), undefined);
    assert.equal(because({ step: [8, 0] }), 'near-expected');
  });

  it('when it is strange only behind an earlier anomaly', () => {
    assert.equal(because({ cleanScore: 0.99 }), 'earlier-anomaly');
    assert.equal(because({ cleanScore: 1 }), undefined);
  });

  it('when its run was told of, if one alarm a run was asked for', () => {
    assert.equal(because({ inRun: true }, { alertOnce: true }), 'same-run');
    assert.equal(because({ inRun: true }), undefined);
  });
});
