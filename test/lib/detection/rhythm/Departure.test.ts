import assert from 'node:assert/strict';
import { Departure, departureLength, placeIn } from '../../../../lib/detection/rhythm/Departure';
import { noise } from '../../../helpers/noise';

const hour = 3_600_000;
const day = 24 * hour;

describe('a departure from what was expected', () => {
  /** Takes values of a deviation of 1 every hour from `from` on. @returns where the level lies in the end */
  const take = (departure: Departure, values: readonly number[], level = 0, from = 0) => {
    values.forEach((value, i) => {
      level = departure.take(from + i * hour, value, level, 1, hour) ?? level;
    });
    return level;
  };
  const fresh = () => new Departure(new Float64Array(departureLength));
  const same = (count: number, value: number) => Array.from({ length: count }, () => value);

  it('is none by chance, nor by a single value however far off', () => {
    const departure = fresh();
    const random = noise(1);
    for (let i = 0; i < 5000; i++) {
      take(departure, [random()], 0, i * hour);
      assert.equal(departure.isOut, false);
    }
    take(departure, [1000], 0, 5000 * hour);
    assert.equal(departure.isOut, false);
  });

  it('is one when values lie to one side for long, though none of them is strange', () => {
    const departure = fresh();
    take(departure, same(11, 3));
    assert.equal(departure.isOut, true);
    assert.equal(departure.lasts(11), true);
    assert.equal(departure.lasts(12), false);
    take(departure, same(4, 0));
    assert.equal(departure.isOut, false);
  });

  it('becomes the level after half a day when it is the same all the time, and after three days when not', () => {
    assert.equal(take(fresh(), same(12, 50)), 0);
    assert.equal(take(fresh(), same(14, 50)), 50);
    const wavering = same(80, 0).map((_, i) => 50 + 20 * (i % 2));
    assert.equal(take(fresh(), wavering.slice(0, 72)), 0);
    assert.ok(Math.abs(take(fresh(), wavering) - 60) < 1);
  });

  it('goes back to the former level within a week, after three values that fit it', () => {
    const departure = fresh();
    const level = take(departure, same(24, 50));
    assert.equal(take(departure, [1, -1], level, day), 50);
    assert.equal(take(departure, [1], level, day + 2 * hour), 0);
    const late = fresh();
    take(late, same(24, 50));
    assert.notEqual(take(late, [1, -1, 1], level, 9 * day), 0);
  });

  it('knows what belongs to it, once that was told, and what is its end', () => {
    const departure = fresh();
    take(departure, same(6, 50));
    const is = (value: number, level: number) => placeIn(departure.known(100, level), value, 1)?.is;
    assert.deepEqual([is(150, 0), is(101, 0)], [undefined, 'back-to-normal']);
    departure.noteTold();
    assert.deepEqual([is(150, 0), is(170, 0), is(60, 0)], ['same-run', undefined, undefined]);
    const level = take(departure, same(24, 50), 0, 6 * hour);
    assert.equal(level, 50);
    assert.deepEqual(
      [is(150, level), is(101, level), is(60, level)],
      ['same-run', 'back-to-normal', undefined],
    );
  });

  it('goes on from the numbers that it keeps', () => {
    const memory = new Float64Array(departureLength);
    const values = [...same(30, -20), ...same(2, 0)];
    const level = take(new Departure(memory), values);
    const copy = new Departure(memory.slice());
    assert.equal(level, -20);
    for (const each of [copy, new Departure(memory)]) assert.equal(take(each, [0], level, 32 * hour), 0);
  });
});
