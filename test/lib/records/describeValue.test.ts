import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describeValue } from '../../../lib/records/describeValue';

describe('a described value', () => {
  it('is short and never throws, whatever the value', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withTypedArray: true, withNullPrototype: true }),
        (value) => {
          assert.ok(describeValue(value).length < 120);
        },
      ),
    );
  });

  it('says what kind of thing was seen', () => {
    assert.equal(describeValue('abc'), '"abc"');
    assert.equal(describeValue('a'.repeat(50)), `"${'a'.repeat(40)}…" (50 characters)`);
    assert.equal(describeValue(NaN), 'NaN');
    assert.equal(describeValue(Buffer.alloc(3)), 'a buffer of 3 bytes');
    assert.equal(describeValue([1, 2]), 'an array of 2');
    assert.equal(describeValue({ a: 1, b: 2 }), 'an object with a, b');
  });
});
