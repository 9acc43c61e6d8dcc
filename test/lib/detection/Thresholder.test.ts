import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Thresholder } from '../../../lib/detection/Thresholder';
import { noise } from '../../helpers/noise';

const near = (got: number, wanted: number) =>
  assert.ok(Math.abs(got - wanted) <= 1e-6 * (1 + Math.abs(wanted)), `${got} for ${wanted}`);

/** Mean and deviation of values that fade by `decay` from one to the next, from scratch. */
function faded(values: readonly number[], decay: number): { mean: number; deviation: number } {
  const weights = values.map((_, i) => (1 - decay) ** (values.length - 1 - i));
  const total = weights.reduce((sum, each) => sum + each, 0);
  const mean = values.reduce((sum, each, i) => sum + each * weights[i]!, 0) / total;
  const variance = values.reduce((sum, each, i) => sum + (each - mean) ** 2 * weights[i]!, 0) / total;
  return total === 0 ? { mean: 0, deviation: 0 } : { mean, deviation: Math.sqrt(variance) };
}

/** The threshold as the formulas have it, for 20 scores or more. */
function expectedThreshold(
  all: readonly number[],
  memory: number,
  shingled: boolean,
  transformed: boolean,
): number {
  const cut = all.map((score) => Math.min(score, 2));
  const scores = faded(cut, 1 / memory);
  const dips = cut.flatMap((score, i) => {
    const { mean } = faded(cut.slice(0, i), 1 / memory);
    return i > 0 && score < mean ? [mean - score] : [];
  });
  const below = Math.SQRT2 * faded(dips, 1 / (2 * memory)).deviation;
  const steps = all.map((score, i) => score - (shingled && i > 0 ? all[i - 1]! : 0));
  const step = faded(steps, 0.01).deviation;
  const z = transformed && scores.mean < 0.9 ? Math.max(2, (3 * scores.mean) / 0.9) : 3;
  const longTerm = shingled
    ? (Math.min(scores.deviation, Math.max(step, below)) + step) / 2
    : Math.min(below, scores.deviation);
  return Math.max(0.8, scores.mean + (z - 1) * longTerm + scores.deviation);
}

describe('a thresholder', () => {
  const score = fc.double({ min: 0.3, max: 8, noNaN: true });

  it('sets the threshold that the formulas give', () => {
    fc.assert(
      fc.property(
        fc.array(score, { minLength: 20, maxLength: 60 }),
        fc.boolean(),
        fc.boolean(),
        (scores, shingled, transformed) => {
          const thresholder = new Thresholder({ memory: 100, shingled, transformed });
          for (const each of scores) thresholder.learn(each);
          near(thresholder.threshold, expectedThreshold(scores, 100, shingled, transformed));
        },
      ),
    );
  });

  it('stands at 1.5 until it has seen ten scores, then moves over', () => {
    const thresholder = new Thresholder({ memory: 100, shingled: false });
    for (let i = 0; i < 10; i++) {
      assert.equal(thresholder.threshold, 1.5);
      thresholder.learn(0.9);
    }
    for (let i = 10; i < 15; i++) thresholder.learn(0.9);
    near(thresholder.threshold, (0.9 + 1.5) / 2);
    assert.equal(thresholder.grade(1.19), 0);
    assert.equal(thresholder.grade(1.21), 1);
  });

  it('grades from 0 at the threshold to 1 in sixteenths, never falling', () => {
    const random = noise(1);
    const thresholder = new Thresholder({ memory: 2560, shingled: true });
    for (let i = 0; i < 500; i++) thresholder.learn(1 + 0.1 * random());
    let last = 0;
    const grades = new Set<number>();
    for (let each = 0; each < 4; each += 0.001) {
      const grade = thresholder.grade(each);
      assert.ok(grade >= last && grade <= 1 && Number.isInteger(16 * grade));
      assert.ok(each >= thresholder.threshold || grade === 0);
      grades.add(grade);
      last = grade;
    }
    assert.equal(grades.size, 17);
    assert.equal(last, 1);
  });

  it('is hardly raised by anomalies', () => {
    const run = (strange: number) => {
      const random = noise(2);
      const thresholder = new Thresholder({ memory: 2560, shingled: false });
      for (let i = 0; i < 1000; i++) thresholder.learn(i % 100 === 99 ? strange : 1 + 0.1 * random());
      return thresholder.threshold;
    };
    assert.equal(run(7), run(3));
    assert.ok(run(7) < run(1) + 0.2, `${run(7)} after ${run(1)}`);
  });

  it('finds nothing strange in even scores, and everything above them', () => {
    const thresholder = new Thresholder({ memory: 100, shingled: false });
    for (let i = 0; i < 50; i++) thresholder.learn(1);
    near(thresholder.threshold, 1);
    assert.equal(thresholder.grade(1.5), 1);
    assert.equal(thresholder.grade(0.99), 0);
  });

  it('goes on from its state as if nothing had happened', () => {
    const random = noise(3);
    const options = { memory: 50, shingled: true };
    const original = new Thresholder(options);
    for (let i = 0; i < 100; i++) original.learn(1 + 0.2 * random());
    const restored = new Thresholder(options, original.state());
    for (const each of [1.1, 0.7, 3]) {
      original.learn(each, each / 2);
      restored.learn(each, each / 2);
      assert.equal(restored.threshold, original.threshold);
    }
  });
});
