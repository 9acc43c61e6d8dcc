import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FilledShare } from '../../../../lib/detection/gaps/FilledShare';
import { RegularGrid } from '../../../../lib/detection/gaps/RegularGrid';
import { TimeAugmented } from '../../../../lib/detection/gaps/TimeAugmented';
import { UsualGap } from '../../../../lib/detection/gaps/UsualGap';
import { RandomCutForest } from '../../../../lib/random-cut-forest';
import { noise } from '../../../helpers/noise';

const start = Date.UTC(2026, 0, 1);

describe('the usual gap between records', () => {
  it('is their mean, of gaps none of which counts as more than one and a half', () => {
    const gap = new UsualGap(1e9);
    assert.equal(gap.usual, undefined);
    for (const time of [0, 10, 20, 30]) gap.learn(start + time);
    assert.ok(Math.abs(gap.usual! - 10) < 1e-6);
    gap.learn(start + 1e6);
    assert.ok(Math.abs(gap.usual! - (10 + 10 + 10 + 15) / 4) < 1e-6);
  });

  it('is not moved by records that come late or together', () => {
    const gap = new UsualGap(256);
    for (const time of [0, 10, 20, 5, 20, 30]) gap.learn(start + time);
    assert.ok(Math.abs(gap.usual! - 10) < 1e-9);
    assert.equal(gap.since(start + 25), 0);
    assert.equal(gap.since(start + 45), 15);
  });

  it('finds a new pace', () => {
    const gap = new UsualGap(20);
    let time = start;
    for (const pace of [1000, 60_000, 250]) {
      for (let i = 0; i < 400; i++) gap.learn((time += pace));
      assert.ok(Math.abs(gap.usual! / pace - 1) < 0.01, `${gap.usual} for ${pace}`);
    }
  });

  it('goes on from its state', () => {
    const gap = new UsualGap(10);
    for (const time of [0, 7, 19]) gap.learn(start + time);
    const restored = new UsualGap(10, gap.state());
    for (const each of [gap, restored]) each.learn(start + 40);
    assert.deepEqual(restored.state(), gap.state());
    assert.throws(() => new UsualGap(10, [1]), /must be 5 finite numbers/);
  });
});

describe('the time as one more value', () => {
  it('is counted in usual gaps', () => {
    const augmented = new TimeAugmented();
    const out = new Float64Array(3);
    const gaps = [0, 60, 120, 180, 480, 485].map((seconds) => {
      augmented.add([5, 6], start + 1000 * seconds, out);
      assert.deepEqual([...out.subarray(0, 2)], [5, 6]);
      return out[2]!;
    });
    assert.deepEqual(gaps.slice(0, 5), [1, 1, 1, 1, 5]);
    assert.ok(gaps[5]! < 0.1);
  });

  it('lets a forest find what comes late though its value is usual', () => {
    const random = noise(1);
    const augmented = new TimeAugmented();
    const forest = new RandomCutForest({ dimensions: 2, numberOfTrees: 50 });
    const out = new Float64Array(2);
    let time = start;
    const next = (gap: number) => {
      augmented.add([random()], (time += gap), out);
      return forest.scoreAndUpdate(out);
    };
    const scores = Array.from({ length: 1000 }, () => next(60_000 + 2000 * random())).slice(300);
    assert.ok(next(900_000) > Math.max(...scores), 'a record 14 minutes late');
  });
});

describe('a regular grid', () => {
  it('counts the records that are missing before each', () => {
    const grid = new RegularGrid(8);
    const missing = [0, 60, 120, 180, 400, 460, 1e6].map((seconds) =>
      grid.missingBefore(start + 1000 * seconds),
    );
    assert.deepEqual(missing, [0, 0, 0, 0, 3, 0, 8]);
  });

  it('takes the interval that is set, and delays of less than half of it for no hole', () => {
    const grid = new RegularGrid(8, { interval: 60_000 });
    const missing = [0, 89, 149, 240, 235, 301].map((seconds) => grid.missingBefore(start + 1000 * seconds));
    assert.deepEqual(missing, [0, 0, 0, 1, 0, 0]);
  });

  it('goes on from its state', () => {
    const grid = new RegularGrid(8);
    for (const time of [0, 10, 20]) grid.missingBefore(start + time);
    assert.equal(new RegularGrid(8, { state: grid.state() }).missingBefore(start + 60), 3);
  });
});

describe('the part of a shingle that was filled in', () => {
  it('is the mean over the latest records', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.constantFrom<number>(0, 0.25, 0.5, 1), { minLength: 6 }),
        (size, filled) => {
          const share = new FilledShare(size);
          for (const each of filled) share.learn(each);
          const expected = filled.slice(-size).reduce((sum, each) => sum + each, 0) / size;
          assert.equal(share.share, expected);
          assert.equal(share.isLearnable, expected <= 0.5);
          assert.equal(new FilledShare(size, { state: share.state() }).share, expected);
        },
      ),
    );
  });
});
