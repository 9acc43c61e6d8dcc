import assert from 'node:assert/strict';
import { Filling } from '../../../../lib/detection/series/Filling';
import { Fillings } from '../../../../lib/detection/series/Fillings';

describe('fillings', () => {
  const guesses = { previous: 1, expected: () => 2, likely: () => 3 };
  const line = (fillings: Fillings, d: number) =>
    fillings.lineTo(d, { time: 0, value: 0 }, { time: 100, value: 10 });

  it('keep the gap of each value apart', () => {
    const fillings = new Fillings(2, 'linear');
    assert.ok(Number.isNaN(fillings.standIn(1, 50, guesses)));
    const copy = new Fillings(2, 'linear', fillings.state());
    for (const each of [fillings, copy]) {
      assert.deepEqual(line(each, 0), []);
      assert.deepEqual(line(each, 1), [{ time: 50, value: 5 }]);
      assert.deepEqual(line(each, 1), []);
    }
  });

  it('take over the gap of one value, and none of a state that had a single one for several', () => {
    const one = new Filling('linear');
    one.leaveOut(50);
    assert.deepEqual(line(new Fillings(1, 'linear', one.state()), 0), [{ time: 50, value: 5 }]);
    assert.deepEqual(line(new Fillings(2, 'linear', one.state()), 1), []);
  });

  it('say what stands in, and whether that is judged', () => {
    const said = (['skip', 'zero', 'previous', 'expected', 'linear', 'forest'] as const).map((missing) => {
      const fillings = new Fillings(1, missing);
      return [fillings.standIn(0, 0, guesses), fillings.isJudged];
    });
    assert.deepEqual(said, [
      [NaN, false],
      [0, true],
      [1, false],
      [2, false],
      [NaN, false],
      [3, false],
    ]);
  });
});
