import assert from 'node:assert/strict';
import { Level, levelLength } from '../../../../lib/detection/rhythm/Level';
import { noise } from '../../../helpers/noise';

const hour = 3_600_000;

describe('the level of a series', () => {
  const after = (values: readonly number[]) => {
    const level = new Level(new Float64Array(levelLength));
    values.forEach((value, i) => level.follow(value, hour, 1 / (i + 1)));
    return level.value;
  };
  const random = noise(3);
  const still = Array.from({ length: 500 }, random);

  it('is hardly moved by an event of some hours where it never moved', () => {
    assert.ok(after([...still, ...still.slice(0, 6).map((value) => value - 4)]) > -1);
  });

  it('follows within hours where it wanders', () => {
    let at = 0;
    const walk = still.map((value) => (at += 3 * value));
    const moved = after([...walk, ...Array.from({ length: 12 }, () => at + 50)]);
    assert.ok(Math.abs(moved - at - 50) < 12, `${moved - at}`);
  });

  it('is where it is said to be', () => {
    const level = new Level(new Float64Array(levelLength));
    level.moveTo(42);
    assert.equal(level.value, 42);
    level.follow(42, hour, 0.5);
    assert.equal(level.value, 42);
  });
});
