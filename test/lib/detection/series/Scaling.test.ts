import assert from 'node:assert/strict';
import { Scaling } from '../../../../lib/detection/series/Scaling';
import { noise } from '../../../helpers/noise';

describe('scaling', () => {
  const trained = (values: readonly number[], reach = 4) => {
    const scaling = new Scaling(1, 0.002, 10, reach);
    for (const value of values) scaling.learn([value]);
    return scaling;
  };
  const scaled = (scaling: Scaling, value: number) => {
    const out = new Float64Array(1);
    scaling.apply([value], out);
    return out[0]!;
  };
  const random = noise(1);
  const usual = Array.from({ length: 3000 }, () => 100 + 5 * random());

  it('counts in deviations from the mean, up to a furthest', () => {
    const scaling = trained(usual);
    assert.ok(Math.abs(scaled(scaling, 110) - 2) < 0.3);
    assert.ok(Math.abs(scaled(scaling, 95) + 1) < 0.3);
    assert.equal(scaled(scaling, 1e300), 10);
    assert.equal(scaled(scaling, NaN), 0);
  });

  it('is not moved far by one value that is', () => {
    assert.ok(Math.abs(scaled(trained([...usual, 1e9]), 110) - 2) < 0.4);
    assert.equal(Math.abs(scaled(trained([...usual, 1e9], 1e9), 110)) < 2, true);
  });

  it('follows a level that stays', () => {
    const moved = trained([...usual, ...usual.map((value) => value + 400)]);
    assert.ok(Math.abs(scaled(moved, 500)) < 1);
  });

  it('takes a thousandth of a value that never changes as a deviation', () => {
    const flat = trained(new Array<number>(200).fill(45));
    assert.equal(scaled(flat, 45), 0);
    assert.ok(Math.abs(scaled(flat, 45.09) - 2) < 1e-9);
  });
});
