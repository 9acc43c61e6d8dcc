import assert from 'node:assert/strict';
import type { Shape } from '../../../lib/detection/series/Shape';
import type { Point } from '../../../lib/metrics/Point';
import { noProgress, progressOf } from '../../../lib/metrics/progress';

function point(shape?: Shape, seen?: number): Point {
  const warmup = seen === undefined ? {} : { warmup: { seen, needed: 100 } };
  const verdict = { score: 0, severity: 0, isNews: false, isAnomaly: false, lag: 0, ...warmup };
  return { key: 'a', dimensions: ['a'], value: 1, silent: 0, verdict, ...(shape ? { shape } : {}) };
}

describe('the progress of series', () => {
  it('counts those that are learning and how far the last of them is, and those of other shapes than plain, of all measures', () => {
    const orders = [point('plain', 7), point('sparse', 6), point('plain'), point()];
    const latency = [point('skewed'), point('sparse')];
    assert.deepEqual(progressOf([orders, latency]), {
      learning: 2,
      seen: 6,
      needed: 100,
      skewed: 1,
      sparse: 2,
    });
    assert.deepEqual(progressOf([]), noProgress);
  });
});
