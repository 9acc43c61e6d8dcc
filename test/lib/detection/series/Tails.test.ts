import assert from 'node:assert/strict';
import { Tails } from '../../../../lib/detection/series/Tails';
import { noise, uniformNoise } from '../../../helpers/noise';

describe('tails', () => {
  const tail = { part: 0.0027, deviations: 3 };
  const trained = (next: () => number, records = 8000) => {
    const tails = new Tails(1, tail);
    for (let i = 0; i < records; i++) tails.take(Float64Array.of(next()), 10);
    return tails;
  };
  const taken = (tails: Tails, value: number) => {
    const values = Float64Array.of(value);
    tails.take(values, 10);
    return values[0]!;
  };

  it('leave normal values nearly as they are, and cut off what is furthest', () => {
    const tails = trained(noise(1));
    assert.ok(Math.abs(taken(tails, 2) - 2) < 0.3);
    assert.equal(taken(tails, 50), 10);
    assert.equal(taken(tails, -50), -10);
  });

  it('take what comes now and then for no more than it is', () => {
    const uniform = uniformNoise(2);
    const tails = trained(() => (uniform() < 0.01 ? 80 : 0));
    assert.ok(taken(tails, 80) < 4);
    assert.equal(taken(tails, -800), -10);
  });

  it('do not grow with an event while it lasts, but with events that come again', () => {
    const lasting = trained(noise(3));
    for (let i = 0; i < 1000; i++) taken(lasting, 8);
    assert.ok(taken(lasting, 8) > 6);
    const again = trained(noise(3));
    for (let i = 0; i < 1000; i++) taken(again, i % 20 === 0 ? 8 : 0);
    assert.ok(taken(again, 8) < 4);
  });

  it('go on from their state', () => {
    const tails = trained(noise(4), 500);
    const copy = new Tails(1, tail, tails.state());
    for (const value of [1, 5, 7, -9, 0, 4]) assert.equal(taken(copy, value), taken(tails, value));
    assert.deepEqual(copy.state(), tails.state());
  });
});
