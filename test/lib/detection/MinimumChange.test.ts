import assert from 'node:assert/strict';
import { MinimumChange } from '../../../lib/detection/MinimumChange';
import { noise } from '../../helpers/noise';

describe('the smallest change that matters', () => {
  const after = (records: number[][], options = {}) => {
    const least = new MinimumChange({ dimensions: records[0]!.length, ...options });
    for (const record of records) least.learn(record);
    return least;
  };
  const constant = new Array<number[]>(300).fill([2, -40, 0]);

  it('of flat data is a thousandth of their magnitude', () => {
    const least = after(constant);
    assert.ok(Math.abs(least.of(0) - 0.002) < 1e-12 && Math.abs(least.of(1) - 0.04) < 1e-12);
    assert.equal(least.of(2), 0);
    assert.equal(least.isRelevant([2, -40, 0], [2.000001, -40.03, 0]), false);
    assert.equal(least.isRelevant([2, -40, 0], [3, -40, 0]), true);
    assert.equal(
      least.isRelevant([2, -40, 0], [2, -40, 0.001]),
      true,
      'nothing says how small is small near 0',
    );
  });

  it('stays after the first small steps, until the data are flat no more', () => {
    const least = after(constant);
    for (let i = 0; i < 10; i++) {
      least.learn([2 + 1e-6 * (i % 2), -40, 0]);
      assert.equal(least.isRelevant([2, -40, 0], [2.000001, -40, 0]), false);
    }
    for (let i = 0; i < 1000; i++) least.learn([2 + 1e-6 * (i % 2), -40, 0]);
    assert.equal(least.of(0), 0);
  });

  it('of data that always move is theirs alone to tell, wherever they lie', () => {
    const random = noise(1);
    assert.equal(after(Array.from({ length: 300 }, () => [1e8 + random()])).of(0), 0);
    const rounded = after(Array.from({ length: 300 }, () => [1e8 + Math.round(2 * random())]));
    assert.equal(rounded.of(0), 0);
  });

  it('is at least the absolute one, of each value or of all', () => {
    assert.equal(new MinimumChange({ dimensions: 2, absolute: 5 }).of(1), 5);
    const least = after(constant, { absolute: [0, 1, 0.5] });
    assert.deepEqual([least.of(1), least.of(2)], [1, 0.5]);
    assert.equal(least.isRelevant([2, -40, 0], [2, -39, 0.5]), false);
  });

  it('takes no notice of what is missing', () => {
    const least = after([[1], [NaN], [1], [NaN]]);
    assert.ok(Math.abs(least.of(0) - 0.001) < 1e-12);
    assert.equal(least.isRelevant([NaN], [5]), false);
  });

  it('goes on from its state', () => {
    const random = noise(2);
    const least = after(Array.from({ length: 50 }, () => [Math.round(random())]));
    const restored = new MinimumChange({ dimensions: 1 }, least.state());
    for (const each of [least, restored]) each.learn([1]);
    assert.equal(restored.of(0), least.of(0));
    assert.throws(() => new MinimumChange({ dimensions: 2 }, least.state()), /must be 8 finite numbers/);
  });
});
