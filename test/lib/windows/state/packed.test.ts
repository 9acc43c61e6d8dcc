import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pack, unpack, type Packable } from '../../../../lib/windows/state/packed';

const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(-0, NaN, Infinity, 2 ** 32 - 1, 2 ** 32, 127, 128, '\ud800', 'a\udc00b', ''),
);
const { value } = fc.letrec<{ value: Packable }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(leaf),
    fc.array(tie('value')),
    fc.array(fc.double()),
  ),
}));

describe('packed values', () => {
  it('are the same when they are unpacked, to the last bit', () => {
    fc.assert(fc.property(value, (original) => assert.deepEqual(unpack(pack(original)), original)));
  });

  it('may be of any size', () => {
    const large = ['x'.repeat(200_000), Array.from({ length: 50_000 }, (_, i) => i / 3)];
    assert.deepEqual(unpack(pack(large)), large);
  });

  it('do not change when others are packed after them', () => {
    const first = pack(['first', 1]);
    pack(['second', 2]);
    assert.deepEqual(unpack(first), ['first', 1]);
  });

  it('are refused with any byte changed, cut off or added', () => {
    const packed = pack(['a key', 1.5, [1, 2, 3], 12n]);
    for (let i = 0; i < packed.length; i++) {
      const damaged = packed.slice();
      damaged[i]! ^= 1 + (i % 255);
      assert.throws(() => unpack(damaged), /it is damaged: the checksum of its \d+ bytes is wrong/);
      assert.throws(() => unpack(packed.subarray(0, i)), /it is damaged/);
    }
    assert.throws(() => unpack(Uint8Array.of(...packed, 0)), /it is damaged/);
  });
});
