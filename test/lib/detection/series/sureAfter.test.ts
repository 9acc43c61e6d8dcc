import assert from 'node:assert/strict';
import { anomalySeverity } from '../../../../lib/detection/Severity';
import { SeriesDetector } from '../../../../lib/detection/series/SeriesDetector';
import { sureAfter } from '../../../../lib/detection/series/sureAfter';
import { noise } from '../../../helpers/noise';

describe('what a severity makes of few scores', () => {
  it('is nothing at first, half and then nearly all of what they tell, sooner of several values', () => {
    for (const [dimensions, half] of [
      [1, 80],
      [5, 5],
    ] as const) {
      assert.equal(sureAfter(0, dimensions), 0);
      assert.equal(sureAfter(half, dimensions), 0.5);
      assert.ok(Math.abs(sureAfter(Math.sqrt(3) * half, dimensions) - 0.9) < 1e-9);
    }
  });

  /** The severities of the first judged records of noise, and of what is far off after them. */
  const first = (dimensions: number, seed: number, judged: number) => {
    const random = noise(seed);
    const detector = new SeriesDetector({
      names: Array.from({ length: dimensions }, (_, d) => `m${d}`),
      size: 'compact',
      seed,
    });
    const next = (off = 0) => Float64Array.from({ length: dimensions }, () => random() + off);
    const severities = Array.from({ length: 100 + judged }, (_, i) => detector.process(i, next()).severity);
    let { isAnomaly } = detector.process(100 + judged, next(60));
    for (let i = 1; i < 5; i++) isAnomaly ||= detector.process(100 + judged + i, next(60)).isAnomaly;
    detector.free();
    return { severities: severities.slice(100), isAnomaly };
  };

  for (const dimensions of [1, 5]) {
    it(`calls no more of the first records of noise rare than it says, and what is far off an anomaly: ${dimensions}`, () => {
      const all = Array.from({ length: 40 }, (_, seed) => first(dimensions, seed, 100));
      const rare = all
        .flatMap(({ severities }) => severities)
        .filter((each) => each >= anomalySeverity).length;
      assert.ok(rare <= 10, `${rare} of 4000`);
      for (const { isAnomaly } of all) assert.ok(isAnomaly);
    });
  }
});
