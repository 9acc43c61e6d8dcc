import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { decodeFrame, encodeFrame } from '../../../../lib/delivery/checkpoint/frames';
import { append, checkpoint, plain, put } from './changes';

describe('frames of a state journal', () => {
  const first = encodeFrame({ sequence: 1, nodes: put('first') });
  const second = encodeFrame({ sequence: 2, nodes: append('second') });
  const both = Buffer.concat([first, second]);

  it('give back what was put into them, wherever they begin', () => {
    fc.assert(
      fc.property(
        checkpoint,
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.uint8Array({ maxLength: 9 }),
        (nodes, sequence, before) => {
          const bytes = Buffer.concat([before, encodeFrame({ sequence, nodes })]);
          const decoded = decodeFrame(bytes, before.length);
          assert.ok(typeof decoded === 'object');
          assert.equal(decoded.end, bytes.length);
          assert.equal(decoded.frame.sequence, sequence);
          assert.deepEqual(plain(decoded.frame.nodes), plain(nodes));
        },
      ),
    );
  });

  it('keep values apart from the bytes that they were read from', () => {
    const bytes = Buffer.from(first);
    const decoded = decodeFrame(bytes, 0);
    bytes.fill(0);
    assert.ok(typeof decoded === 'object');
    assert.deepEqual(plain(decoded.frame.nodes), plain(put('first')));
  });

  it('say that they are cut off, wherever a crash stopped the writing', () => {
    for (let length = 0; length < second.length; length++) {
      const bytes = Buffer.concat([first, second.subarray(0, length)]);
      assert.equal(decodeFrame(bytes, first.length), 'cut off', `${length} bytes of ${second.length}`);
    }
  });

  it('say that they are cut off where the file has grown and was never written', () => {
    assert.equal(decodeFrame(Buffer.concat([first, Buffer.alloc(4096)]), first.length), 'cut off');
    const half = Buffer.concat([first, second.subarray(0, 50), Buffer.alloc(4096)]);
    assert.equal(decodeFrame(half, first.length), 'cut off');
  });

  it('are damaged when any bit of one with another behind it is wrong', () => {
    for (let at = 0; at < first.length; at++) {
      for (const bit of [1, 0x80]) {
        const bytes = Buffer.from(both);
        bytes[at]! ^= bit;
        assert.equal(decodeFrame(bytes, 0), 'damaged', `byte ${at}`);
      }
    }
  });

  it('are damaged when bytes are missing and another one follows', () => {
    for (let length = 1; length < first.length; length++) {
      const bytes = Buffer.concat([first.subarray(0, length), second]);
      assert.equal(decodeFrame(bytes, 0), 'damaged', `${length} bytes of ${first.length}`);
    }
  });

  it('refuse what only another version can describe, though it is sound', () => {
    const sound = encodeFrame({ sequence: 1, nodes: append('x') });
    for (const [known, foreign] of [
      ['"append"', '"double"'],
      ['"changes"', '"chances"'],
      ['"node"', '"mode"'],
    ] as const) {
      const described = sound.subarray(44).toString('latin1').replace(known, foreign);
      assert.throws(() => decodeFrame(sealed(sound, described), 0), /a newer Streamcut wrote it/);
    }
  });
});

/** A frame with the head of another, and the digest that belongs to both: SHA-256 of the head's 12 bytes and the body. */
function sealed(frame: Buffer, body: string): Buffer {
  const bytes = Buffer.concat([frame.subarray(0, 44), Buffer.from(body, 'latin1')]);
  const digest = createHash('sha256').update(bytes.subarray(0, 12)).update(bytes.subarray(44)).digest();
  bytes.set(digest, 12);
  return bytes;
}
