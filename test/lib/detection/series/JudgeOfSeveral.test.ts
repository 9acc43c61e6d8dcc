import assert from 'node:assert/strict';
import { JudgeOfSeveral } from '../../../../lib/detection/series/JudgeOfSeveral';
import { Scaling } from '../../../../lib/detection/series/Scaling';
import { noise } from '../../../helpers/noise';

describe('the judge of several values', () => {
  const look = (values: Float64Array) => ({ values, day: 0, hour: 0, isNext: true });

  for (const dimensions of [3, 65]) {
    const taught = () => {
      const random = noise(3);
      const next = () => Float64Array.from({ length: dimensions }, (_, d) => 10 * d + random());
      const judge = new JudgeOfSeveral(dimensions, 'compact', 42);
      const scaling = new Scaling(dimensions, 0.0003, 1e4, 4);
      for (let i = 0; i < 1000; i++) {
        const values = next();
        judge.take(look(values));
        scaling.learn(values);
      }
      const before = [scaling.state(), [...new Array<number>(dimensions).fill(1), 0, 0, 1000]];
      return { judge, next, before };
    };

    it(`goes on from a state that had a scaling and tails of its values, with ${dimensions} values`, () => {
      const { judge, next, before } = taught();
      const { forest, numbers } = judge.state();
      const older = new JudgeOfSeveral(dimensions, 'compact', 42, {
        forest,
        numbers: [...before, ...numbers],
      });
      for (let i = 0; i < 50; i++) {
        const values = next();
        assert.equal(older.take(look(values)), judge.take(look(values)));
      }
      assert.deepEqual(older.state().numbers, judge.state().numbers);
    });

    it(`goes on from a state that was without distances, with ${dimensions} values`, () => {
      const { judge, next, before } = taught();
      const { forest, numbers } = judge.state();
      const rest = numbers.filter((_, at) => at !== 5);
      const older = new JudgeOfSeveral(dimensions, 'compact', 42, { forest, numbers: [...before, ...rest] });
      for (let i = 0; i < 50; i++) {
        const values = next();
        const [now, after] = [judge.take(look(values)), older.take(look(values))];
        assert.ok(Math.abs(after / now - 1) < 0.05, `${after} instead of ${now}`);
      }
      assert.equal(older.state().numbers.length, numbers.length);
    });
  }
});
