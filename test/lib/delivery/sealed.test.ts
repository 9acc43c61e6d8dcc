import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seal, unseal } from '../../../lib/delivery/sealed';

describe('a sealed value', () => {
  const body = Uint8Array.from({ length: 100 }, (_, i) => 255 - i).buffer;
  const sealed = seal('test', 3, { about: { name: 'ä\n', parts: [1, 0.1] }, body });

  it('gives back what it holds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false })),
        fc.uint8Array(),
        (about, bytes) => {
          const plain = JSON.parse(JSON.stringify(about)) as Record<string, unknown>;
          const value = { about: plain, body: bytes.slice().buffer };
          assert.deepEqual(unseal('test', [1], seal('test', 1, value)), value);
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  it('begins with a line that a person can read', () => {
    const [line] = Buffer.from(sealed).toString('latin1').split('\n');
    assert.equal((JSON.parse(line!) as { format: string }).format, 'test');
  });

  it('says what is wrong with what it cannot open', () => {
    assert.throws(() => unseal('other', [3], sealed), /does not begin as a other does/);
    assert.throws(() => unseal('test', [3], new Uint8Array()), /does not begin/);
    assert.throws(() => unseal('test', [3], Buffer.from('{"format":\n')), /does not begin/);
    assert.throws(() => unseal('test', [4], sealed), /must be of version 4, got 3/);
    assert.throws(() => unseal('test', [4, 2], sealed), /must be of version 4, got 3/);
    assert.throws(() => unseal('test', [3], sealed.subarray(0, -1)), /100 bytes must follow .* got 99/);
  });

  it('opens what an earlier version has made, if that can be read', () => {
    assert.deepEqual(unseal('test', [4, 3], sealed), unseal('test', [3], sealed));
  });

  it('tells any change to its first line', () => {
    const length = sealed.indexOf(10);
    fc.assert(
      fc.property(fc.nat(length), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const damaged = Uint8Array.from(sealed);
        damaged[at]! ^= 1 << bit;
        assert.throws(() => unseal('test', [3], damaged));
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
