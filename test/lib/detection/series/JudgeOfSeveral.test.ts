import assert from 'node:assert/strict';
import { JudgeOfSeveral } from '../../../../lib/detection/series/JudgeOfSeveral';
import { noise } from '../../../helpers/noise';

describe('the judge of several values', () => {
  for (const dimensions of [3, 65]) {
    it(`goes on from a state that was without distances, with ${dimensions} values`, () => {
      const random = noise(3);
      const next = () => Float64Array.from({ length: dimensions }, (_, d) => 10 * d + random());
      const judge = new JudgeOfSeveral(dimensions, 'compact', 42);
      for (let i = 0; i < 1000; i++) judge.take({ values: next(), day: 0, hour: 0, isNext: true });
      const { forest, numbers } = judge.state();
      const older = new JudgeOfSeveral(dimensions, 'compact', 42, {
        forest,
        numbers: numbers.filter((_, at) => at !== 7),
      });
      for (let i = 0; i < 50; i++) {
        const look = { values: next(), day: 0, hour: 0, isNext: true };
        const [before, after] = [judge.take(look), older.take(look)];
        assert.ok(Math.abs(after / before - 1) < 0.05, `${after} instead of ${before}`);
      }
      assert.equal(older.state().numbers.length, numbers.length);
    });
  }
});
