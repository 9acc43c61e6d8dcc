import assert from 'node:assert/strict';
import { Restlessness } from '../../../../lib/detection/series/Restlessness';
import { noise } from '../../../helpers/noise';

describe('restlessness', () => {
  const random = noise(5);
  const trained = () => {
    const restlessness = new Restlessness(2);
    for (let i = 0; i < 3000; i++) parts(restlessness, [random(), random()]);
    return restlessness;
  };
  const parts = (restlessness: Restlessness, record: readonly number[]) => {
    const out = new Float64Array(2);
    restlessness.take(
      record,
      Float64Array.from(record, (value) => value || 0),
      out,
    );
    return [...out];
  };
  /** The mean of the parts over the last 20 of 40 records. */
  const over = (restlessness: Restlessness, next: (i: number) => readonly number[]) => {
    const all = Array.from({ length: 40 }, (_, i) => parts(restlessness, next(i))).slice(20);
    return [0, 1].map((d) => all.reduce((sum, each) => sum + each[d]!, 0) / all.length);
  };

  it('is small while values change as they do', () => {
    const [first, second] = over(trained(), () => [random(), random()]);
    assert.ok(first! < 1.6 && second! < 1.6, `${first} and ${second}`);
  });

  it('finds what is stuck at a usual value, and blames it', () => {
    const [first, second] = over(trained(), () => [0.3, random()]);
    assert.ok(first! > 4 && second! < 1.6, `${first} and ${second}`);
  });

  it('finds what swings within its range', () => {
    const [first] = over(trained(), (i) => [i % 2 ? 2 : -2, random()]);
    assert.ok(first! > 2.8, `${first}`);
  });

  it('takes missing values for neither stuck nor restless, nor those that come after them', () => {
    const restlessness = trained();
    const [missing] = over(restlessness, () => [NaN, random()]);
    assert.equal(missing, 0);
    const [after] = over(restlessness, () => [random(), random()]);
    assert.ok(after! < 1.6, `${after}`);
  });

  it('says nothing of a value that begins later until it is known', () => {
    const restlessness = new Restlessness(2);
    for (let i = 0; i < 2000; i++) parts(restlessness, [random(), NaN]);
    const later = Array.from({ length: 1000 }, () => parts(restlessness, [random(), random()])[1]!);
    assert.ok(later.slice(0, 99).every((part) => part === 0));
    assert.ok(later.some((part) => part > 0) && later.every((part) => part < 5));
  });

  it('goes on from a state that did not count values', () => {
    const restlessness = trained();
    const [changes, ...rest] = restlessness.state();
    const copy = new Restlessness(2, [changes!.slice(0, 4), ...rest]);
    assert.deepEqual(parts(copy, [1, 2]), parts(restlessness, [1, 2]));
  });

  it('goes on from its state', () => {
    const restlessness = trained();
    const copy = new Restlessness(2, restlessness.state());
    for (const record of [
      [1, 2],
      [NaN, 5],
      [0, -9],
    ]) {
      assert.deepEqual(parts(copy, record), parts(restlessness, record));
    }
    assert.deepEqual(copy.state(), restlessness.state());
  });
});
