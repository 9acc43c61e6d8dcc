import assert from 'node:assert/strict';
import { isNearExpected } from '../../../../lib/detection/alarms/nearExpected';

const band = (value: number) => ({ value, lower: value - 1, upper: value + 1 });

describe('what was expected', () => {
  it('is near up to the amount that is ignored on its side', () => {
    const near = (value: number) => isNearExpected({ x: value }, { x: band(100) }, { above: 5, below: 10 });
    assert.deepEqual([105, 105.1, 90, 89.9, 100].map(near), [true, false, true, false, true]);
  });

  it('is near up to a part of it, whichever allows more', () => {
    const near = (value: number) =>
      isNearExpected({ x: value }, { x: band(-100) }, { above: 5, aboveRatio: 0.2, belowRatio: 0.1 });
    assert.deepEqual([-80, -79.9, -110, -110.1].map(near), [true, false, true, false]);
  });

  it('must be near in every field that stands out', () => {
    const near = (y: number) => isNearExpected({ x: 100, y }, { x: band(100), y: band(100) }, { above: 1 });
    assert.deepEqual([near(101), near(102)], [true, false]);
  });

  it('is found in nested fields, vectors and numbers', () => {
    const ignored = { above: 1 };
    assert.ok(isNearExpected({ a: { b: 5 } }, { 'a.b': band(5) }, ignored));
    assert.ok(isNearExpected([1, 5], { '1': band(5) }, ignored));
    assert.ok(isNearExpected(5, { payload: band(5) }, ignored));
    assert.ok(!isNearExpected(7, { payload: band(5) }, ignored));
  });

  it('is near to nothing where it is not known, or the field is missing', () => {
    const cases: [unknown, unknown][] = [
      [5, undefined],
      [5, {}],
      [{}, { x: band(5) }],
      [{ x: 5 }, { x: 5 }],
    ];
    for (const [record, expected] of cases) assert.ok(!isNearExpected(record, expected, { above: 100 }));
  });
});
