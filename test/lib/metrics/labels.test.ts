import assert from 'node:assert/strict';
import { labelReader } from '../../../lib/metrics/labels';
import { scoreOf } from '../../../lib/metrics/Score';
import { overlap, stretchesOf } from '../../../lib/metrics/stretches';

describe('labels', () => {
  const inField = (label: unknown) => labelReader('label')({ msg: {}, record: { label }, index: -1 });

  it('are true, a number but 0, or text that says so', () => {
    assert.deepEqual([true, 1, 'true', ' Yes', '1', 'anomaly'].map(inField), Array(6).fill(true));
    assert.deepEqual(
      [false, 0, NaN, 'false', '', 'normal', undefined, null, {}].map(inField),
      Array(9).fill(false),
    );
  });

  it('stand beside a record, or beside each of a batch', () => {
    const read = labelReader('');
    const [normal, strange] = [{ anomaly: false }, { anomaly: true }];
    assert.equal(read({ msg: { payload: {}, label: strange }, record: {}, index: -1 }), true);
    const msg = { payload: [{}, {}], label: [normal, strange] };
    assert.deepEqual(
      [0, 1].map((index) => read({ msg, record: {}, index })),
      [false, true],
    );
  });
});

describe('stretches of intervals', () => {
  it('hold those that follow each other within the gap', () => {
    assert.deepEqual(stretchesOf([30, 10, 20, 50], 10), [
      { from: 10, until: 30 },
      { from: 50, until: 50 },
    ]);
  });

  it('overlap when one begins before the other has ended, with some tolerance', () => {
    const stretch = { from: 10, until: 20 };
    assert.equal(overlap(stretch, { from: 20, until: 40 }, 0), true);
    assert.equal(overlap(stretch, { from: 30, until: 40 }, 0), false);
    assert.equal(overlap(stretch, { from: 30, until: 40 }, 10), true);
    assert.equal(overlap({ from: 30, until: 40 }, stretch, 10), true);
  });
});

describe('a score', () => {
  it('counts what was found apart from what is labelled', () => {
    assert.deepEqual(scoreOf({ found: 4, foundRight: 3, labelled: 6, labelledFound: 3 }), {
      truePositives: 3,
      falsePositives: 1,
      falseNegatives: 3,
      precision: 0.75,
      recall: 0.5,
      f1: 0.6,
    });
  });

  it('is null where nothing was found or nothing is labelled, and 0 where nothing fits', () => {
    const unlabelled = scoreOf({ found: 3, foundRight: 0, labelled: 0, labelledFound: 0 });
    assert.deepEqual([unlabelled.precision, unlabelled.recall, unlabelled.f1], [null, null, null]);
    const silent = scoreOf({ found: 0, foundRight: 0, labelled: 2, labelledFound: 0 });
    assert.deepEqual([silent.precision, silent.recall, silent.f1], [null, 0, null]);
    assert.equal(scoreOf({ found: 1, foundRight: 0, labelled: 1, labelledFound: 0 }).f1, 0);
  });
});
