import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SeenValues } from '../../../../lib/detection/series/SeenValues';
import { noise } from '../../../helpers/noise';

describe('the values seen', () => {
  const after = (values: readonly number[], capacity = 1000, memory = 1e6) => {
    const seen = new SeenValues(capacity, memory);
    for (const value of values) seen.learn(value);
    return seen;
  };
  const many = Array.from({ length: 100 }, (_, i) => i % 11);

  it('tell the distance to the nearest as a part of the range, times the logarithm of their number', () => {
    const seen = after(many);
    assert.equal(seen.noveltyOf(7), 0);
    assert.ok(Math.abs(seen.noveltyOf(7.25) - (0.25 / 8) * Math.log2(102)) < 1e-12);
    assert.ok(Math.abs(seen.noveltyOf(-4) - 0.5 * Math.log2(102)) < 1e-12);
    assert.equal(seen.noveltyOf(1000), Math.log2(102));
    assert.equal(seen.noveltyOf(-1e300), Math.log2(102));
  });

  it('are not blinded by one garbage value', () => {
    assert.ok(Math.abs(after([...many, 1e300]).noveltyOf(-4) - (4 / 9) * Math.log2(103)) < 1e-12);
  });

  it('say nothing of the first ones', () => {
    assert.equal(after([1, 2, 3]).noveltyOf(100), 0);
  });

  it('take everything as novel beside a value that never changed', () => {
    const seen = after(new Array<number>(50).fill(45));
    assert.equal(seen.noveltyOf(45), 0);
    assert.equal(seen.noveltyOf(45.001), Math.log2(52));
  });

  it('are right to within a step of their resolution when they are more than fit', () => {
    const random = noise(3);
    const values = Array.from({ length: 5000 }, () => Math.exp(random()));
    const [few, all] = [after(values, 128), after(values, 6000)];
    for (let x = -2; x < 40; x += 0.01) {
      assert.ok(Math.abs(few.noveltyOf(x) - all.noveltyOf(x)) <= (4 / 128) * Math.log2(5002), `${x}`);
    }
  });

  it('forget what did not come again', () => {
    const seen = after([...many, 100, ...new Array<number>(2000).fill(5)], 1000, 800);
    assert.ok(seen.noveltyOf(100) > 1);
  });

  it('know all values of any stream, however they come', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
      fc.integer({ min: -9, max: 9 }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 21, maxLength: 300 }), (values) => {
        const seen = after(values, 64);
        const steps = values.map((each) => seen.noveltyOf(each) / Math.log2(values.length + 2));
        assert.ok(Math.max(...steps) <= 4 / 64);
      }),
    );
  });

  it('go on from their state', () => {
    const seen = after(many);
    const copy = new SeenValues(1000, 1e6, seen.state());
    for (const value of [3.3, 12, 12.5]) {
      assert.equal(copy.noveltyOf(value), seen.noveltyOf(value));
      copy.learn(value);
      seen.learn(value);
    }
    assert.throws(() => new SeenValues(10, 1e6, seen.state()), /the values seen/);
  });

  it('go on from a state with room for all they might keep, as it was saved once', () => {
    const seen = after([1, 2, 3, 4, 5, 6, 7], 16);
    const [kept, records, cleared, ...rest] = seen.state();
    const room = new Array<number>(16 - kept!).fill(0);
    const old = [kept!, records!, cleared!, ...rest.slice(0, kept), ...room, ...rest.slice(kept), ...room];
    assert.deepEqual(new SeenValues(16, 1e6, old).state(), seen.state());
  });

  it('take no more memory than there are different values', () => {
    const flat = after(many.map(() => 5));
    assert.ok(flat.byteLength < after(many.map((_, i) => i)).byteLength / 8);
  });
});
