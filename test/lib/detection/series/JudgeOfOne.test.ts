import assert from 'node:assert/strict';
import { JudgeOfOne } from '../../../../lib/detection/series/JudgeOfOne';
import { uniformNoise } from '../../../helpers/noise';

describe('the judge of one value', () => {
  const uniform = uniformNoise(4);
  /** Something in one of twenty minutes, by day alone. */
  const look = (minute: number) => {
    const [hour, isDay] = [Math.floor(minute / 60) % 168, Math.floor(minute / 720) % 2 === 0];
    const value = isDay && uniform() < 0.05 ? 1 : 0;
    return { values: Float64Array.of(value), day: (minute % 1440) / 1440, hour, isNext: true };
  };
  const first = 3 * 1440;

  function trained(): JudgeOfOne {
    const judge = new JudgeOfOne('compact', 1);
    for (let minute = 0; minute < first; minute++) judge.take(look(minute));
    assert.equal(judge.shape, 'sparse');
    return judge;
  }

  it('goes on from its state where values are rare', () => {
    const judge = trained();
    const copy = new JudgeOfOne('compact', 1, judge.state());
    for (let minute = first; minute < first + 2000; minute++) {
      const next = look(minute);
      assert.equal(copy.take(next), judge.take(next));
    }
    assert.deepEqual(copy.state().numbers, judge.state().numbers);
  });

  it('goes on from a state that knew of no usual hours', () => {
    const { forest, numbers } = trained().state();
    const judge = new JudgeOfOne('compact', 1, { forest, numbers: numbers.slice(0, 7) });
    for (let minute = first; minute < first + 2000; minute++) {
      assert.ok(Number.isFinite(judge.take(look(minute))));
    }
    assert.equal(judge.state().numbers.length, numbers.length);
  });
});
