import assert from 'node:assert/strict';
import { ThresholdedForest, type ThresholdedOptions } from '../../../lib/detection/ThresholdedForest';
import { noise } from '../../helpers/noise';

const forest = { dimensions: 1, shingleSize: 8, numberOfTrees: 50, timeDecay: 2560 };

describe('a thresholded forest', () => {
  /** A wave of amplitude 10 with noise of deviation 1. */
  const wave = (seed: number) => {
    const random = noise(seed);
    return (i: number) => 10 * Math.sin(i / 15) + random();
  };

  it('finds spikes on a noisy wave, says when, which way and what was expected', () => {
    const next = wave(1);
    const model = new ThresholdedForest({ forest });
    const found = new Set<number>();
    let alarms = 0;
    for (let i = 0; i < 6000; i++) {
      const spike = i >= 1000 && i % 250 === 0 ? (i % 500 === 0 ? 10 : -10) : 0;
      const { grade, suspect, score, threshold } = model.process([next(i) + spike]);
      if (grade === 0) continue;
      alarms++;
      assert.ok(score >= threshold && suspect !== undefined && suspect.suppressed === undefined);
      const at = i - suspect.lag;
      if (at < 1000 || at % 250 !== 0) continue;
      found.add(at);
      const { expected, values } = suspect;
      assert.ok(Math.abs(expected.values[0]! - 10 * Math.sin(at / 15)) < 4, `${expected.values[0]} expected`);
      assert.equal(values[0]! > expected.upper[0]!, at % 500 === 0, 'high or low');
    }
    assert.ok(found.size >= 19, `${found.size} of 20 spikes`);
    assert.ok(alarms - found.size <= 12, `${alarms - found.size} alarms for nothing in 6000 records`);
  });

  it('says why a high score is no anomaly', () => {
    const next = wave(2);
    const model = new ThresholdedForest({ forest });
    const reasons = new Set<string>();
    for (let i = 0; i < 4000; i++) {
      const spike = i > 1000 && i % 100 === 0 ? 9 : 0;
      const { grade, suspect } = model.process([next(i) + spike]);
      if (suspect?.suppressed === undefined) continue;
      assert.equal(grade, 0);
      reasons.add(suspect.suppressed);
    }
    assert.deepEqual([...reasons].sort(), ['earlier-anomaly', 'near-expected']);
  });

  for (const method of ['none', 'normalize', 'difference'] as const) {
    it(`takes a step of a millionth in flat data for no anomaly, and one of a half for one: ${method}`, () => {
      const flat = () => {
        const model = new ThresholdedForest({
          forest: { dimensions: 3, numberOfTrees: 50, timeDecay: 2560 },
          transform: { method },
        });
        for (let i = 0; i < 600; i++) assert.equal(model.process([2, 5, 7]).grade, 0);
        return model;
      };
      const small = flat().process([2.000001, 5, 7]);
      assert.equal(small.grade, 0);
      assert.equal(small.suspect?.suppressed, 'minimum-change');
      const large = flat().process([3, 5, 7]);
      assert.equal(large.grade, 1);
      assert.equal(large.suspect?.expected.values[0], 2);
    });
  }

  const run = (options: Omit<ThresholdedOptions, 'forest'>, length: number) => {
    const next = wave(3);
    const model = new ThresholdedForest({ forest, ...options });
    const said: (string | undefined)[] = [];
    for (let i = 0; i < 1000; i++) model.process([next(i)]);
    for (let i = 1000; i < 1000 + length; i++) {
      const { grade, suspect } = model.process([next(i) + 60]);
      said.push(grade > 0 ? 'anomaly' : suspect?.suppressed);
    }
    return said;
  };

  it('tells of each record of a run, or only once if asked', () => {
    assert.deepEqual(run({}, 3), ['anomaly', 'anomaly', 'anomaly']);
    assert.deepEqual(run({ alertOnce: true }, 3), ['anomaly', 'same-run', 'same-run']);
  });

  it('ignores what it is told to', () => {
    assert.deepEqual(run({ ignored: [{ above: 80 }] }, 1), ['ignored']);
    assert.deepEqual(run({ ignored: [{ below: 80 }] }, 1), ['anomaly']);
  });

  it('goes on from its state as if nothing had happened', () => {
    const next = wave(4);
    const model = new ThresholdedForest({ forest });
    const data = Array.from({ length: 900 }, (_, i) => [next(i) + (i % 50 === 0 ? 15 : 0)]);
    for (const record of data.slice(0, 603)) model.process(record);
    const restored = new ThresholdedForest({ forest }, model.state());
    for (const record of data.slice(603)) assert.deepEqual(restored.process(record), model.process(record));
  });

  it('refuses a record that is none and stays as it was', () => {
    const next = wave(5);
    const model = new ThresholdedForest({ forest });
    for (let i = 0; i < 400; i++) model.process([next(i)]);
    const before = model.state();
    assert.throws(() => model.process([NaN]), /value 0 must be a finite number, got NaN/);
    assert.throws(() => model.process([1, 2]), /a record must have 1 values, got 2/);
    assert.deepEqual(model.state(), before);
  });
});
