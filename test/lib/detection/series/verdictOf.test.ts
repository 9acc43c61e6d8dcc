import assert from 'node:assert/strict';
import type { Suppressed } from '../../../../lib/detection/series/Verdict';
import { verdictOf, type Circumstances, type Outcome } from '../../../../lib/detection/series/verdictOf';

const rare: Outcome = { score: 4, severity: 75, isNews: true };
const usual = { value: 10, lower: 8, upper: 12 };
const one: Circumstances = {
  names: ['load'],
  values: Float64Array.of(9),
  judge: { parts: Float64Array.of(3, 1) },
  expected: { load: usual },
  known: 0.5,
  warmup: undefined,
};

describe('a verdict', () => {
  it('is an anomaly for news of such a severity that nothing speaks against', () => {
    const { isAnomaly, suppressed } = verdictOf(rare, one);
    assert.deepEqual([isAnomaly, suppressed], [true, undefined]);
  });

  it('says why something rare is none, first what speaks against it', () => {
    const warmup = { seen: 101, needed: 300 };
    const cases: [Partial<Outcome>, Partial<Circumstances>, Suppressed | undefined][] = [
      [{ severity: 74.9, unwanted: 'direction', isNews: false }, { warmup }, undefined],
      [{ isNews: false }, {}, 'same-run'],
      [{ isNews: false }, { warmup }, 'learning'],
      [{ unwanted: 'direction' }, { warmup }, 'direction'],
    ];
    for (const [outcome, circumstances, reason] of cases) {
      const verdict = verdictOf({ ...rare, ...outcome }, { ...one, ...circumstances });
      assert.deepEqual([verdict.isAnomaly, verdict.suppressed], [false, reason]);
      assert.deepEqual(verdict.warmup, circumstances.warmup);
    }
  });

  it('lets score and attribution count as far as the series is known', () => {
    const { score, attribution } = verdictOf(rare, one);
    assert.equal(score, 2);
    assert.equal(attribution!.load!.score, 2);
  });

  it('lies where its one value lies of what was expected', () => {
    assert.equal(verdictOf(rare, one).direction, 'LOW');
  });

  it('says what the strangest record of late added, unless that is the last one', () => {
    const several = (lag: number): Circumstances => ({
      ...one,
      names: ['load', 'wait'],
      values: Float64Array.of(9, 9),
      judge: {
        parts: Float64Array.of(1, 0, 0, 3),
        strangest: { lag, parts: Float64Array.of(0, 0, 0, 2) },
      },
      expected: { load: usual, wait: usual },
    });
    const before = verdictOf(rare, several(3));
    assert.deepEqual([before.lag, before.direction], [3, 'LOW']);
    assert.deepEqual(before.attributionAtLag!.wait, { score: 1, direction: 'LOW', strength: 1 });
    assert.equal('attributionAtLag' in verdictOf(rare, several(0)), false);
  });
});
