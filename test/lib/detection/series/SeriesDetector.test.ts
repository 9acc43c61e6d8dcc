import assert from 'node:assert/strict';
import { SeriesDetector } from '../../../../lib/detection/series/SeriesDetector';
import { noise } from '../../../helpers/noise';

const minute = 60_000;

describe('the detector of a series', () => {
  const trained = (count: number, size: 'full' | 'compact' = 'compact') => {
    const detector = new SeriesDetector({ names: ['load'], size });
    const random = noise(1);
    for (let i = 0; i < count; i++) detector.process(i * minute, [10 + random()]);
    return detector;
  };

  it('calls a value far from all others an anomaly, says where it lies and what was expected', () => {
    const verdict = trained(1000).process(1000 * minute, [30]);
    assert.equal(verdict.isAnomaly, true);
    assert.equal(verdict.direction, 'HIGH');
    const { value, lower, upper } = verdict.expected!.load!;
    assert.ok(lower < value && value < upper && Math.abs(value - 10) < 1);
    assert.ok(Math.abs(verdict.attribution!.load!.score - verdict.score) < 1e-9);
  });

  it('says nothing while it learns', () => {
    const verdict = trained(50).process(50 * minute, [30]);
    assert.deepEqual(verdict, {
      score: 0,
      severity: 0,
      isNews: false,
      isAnomaly: false,
      lag: 0,
      warmup: { seen: 51, needed: 100 },
    });
  });

  it('goes on from its state bit by bit', () => {
    const detector = trained(700);
    const copy = new SeriesDetector({ names: ['load'], size: 'compact' }, detector.state());
    const random = noise(2);
    for (let i = 700; i < 900; i++) {
      const value = [10 + 3 * random()];
      assert.deepEqual(copy.process(i * minute, value), detector.process(i * minute, value));
    }
  });

  it('refuses a state that is damaged, or of records with other values', () => {
    const state = trained(10).state();
    assert.throws(() => new SeriesDetector({ names: ['a', 'b'] }, state), /must be of a detector of .*"a","b".*got one of .*"load"/);
    state[300]! ^= 1;
    assert.throws(() => new SeriesDetector({ names: ['load'] }, state), /checksum/);
  });

  it('refuses what is infinite, naming it, and goes on with values that are missing', () => {
    const detector = trained(10);
    assert.throws(() => detector.process(0, [Infinity]), /load must be a finite number/);
    detector.process(0, [NaN]);
    detector.process(0, [1e300]);
  });
});
