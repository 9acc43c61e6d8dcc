import assert from 'node:assert/strict';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { decodeContent, type DecodeOptions } from '../../../lib/encoding/decodeContent';
import { DecodeError } from '../../../lib/encoding/DecodeError';
import { decodeLater, decodeNow } from '../../../lib/encoding/inflate';

const automatic: DecodeOptions = { base64: 'auto', compression: 'auto', maxBytes: 1 << 20 };

const decode = (bytes: Buffer, options: Partial<DecodeOptions> = {}) =>
  decodeNow(decodeContent(bytes, { ...automatic, ...options })).toString();
const refuses = (bytes: Buffer, reason: RegExp, options: Partial<DecodeOptions> = {}) =>
  assert.throws(
    () => decode(bytes, options),
    (error: unknown) => error instanceof DecodeError && reason.test(error.message),
  );
const base64 = (bytes: Buffer) => Buffer.from(bytes.toString('base64'));
const lines = (bytes: Buffer) => Buffer.from(bytes.toString('base64').replace(/.{76}/g, '$&\r\n') + '\n');

const compressions: Record<string, (text: string) => Buffer> = {
  gzip: (text) => zlib.gzipSync(text),
  'gzip with name and comment': (text) => named(zlib.gzipSync(text)),
  'stored gzip': (text) => zlib.gzipSync(text, { level: 0 }),
  zlib: (text) => zlib.deflateSync(text),
  'fastest zlib': (text) => zlib.deflateSync(text, { level: 1 }),
  'raw deflate': (text) => zlib.deflateRawSync(text),
};
const transports: Record<string, (bytes: Buffer) => Buffer> = {
  bytes: (bytes) => bytes,
  base64,
  'base64url without padding': (bytes) => Buffer.from(bytes.toString('base64url')),
  'base64 in lines': lines,
};

/** Adds FNAME and FCOMMENT (RFC 1952, section 2.3). */
function named(gzip: Buffer): Buffer {
  const header = Buffer.from(gzip.subarray(0, 10));
  header[3]! |= 8 | 16;
  return Buffer.concat([header, Buffer.from('a.log\0by us\0'), gzip.subarray(10)]);
}

/** Texts as records hold them: JSON, lines, words of any script. */
const anyText = fc.oneof(
  fc.json(),
  fc.string({ minLength: 1, maxLength: 300 }),
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.array(fc.lorem({ maxCount: 4 }), { minLength: 1 }).map((all) => all.join('\n')),
);

describe('decoding content', () => {
  for (const [compression, compress] of Object.entries(compressions)) {
    for (const [transport, carry] of Object.entries(transports)) {
      it(`gives any text back byte for byte from ${compression} in ${transport}`, () => {
        fc.assert(
          fc.property(anyText, (text) => assert.equal(decode(carry(compress(text))), text)),
          { numRuns: 60 },
        );
      });
    }
  }

  it('leaves any plain text as it is', () => {
    fc.assert(
      fc.property(anyText, (text) => assert.equal(decode(Buffer.from(text)), text)),
      { numRuns: 500 },
    );
  });

  const words = [
    'test',
    'abcd',
    'internationalization',
    'JavaScript is',
    '1234567890123456',
    'deadbeefdeadbeefdeadbeef',
    'x^2 + y',
    'x\u0001y',
    'YWJj',
    'Hello world this is plain text',
    '2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA',
    'c2Vzc2lvbg',
    'trailing zero\0',
  ];
  for (const text of words) {
    it(`does not take ${JSON.stringify(text)} for base64 or compressed data`, () => {
      assert.equal(decode(Buffer.from(text)), text);
    });
  }

  for (const text of ['{"a":1}', '[]', 'hello', 'a,b\n1,2', 'Grüße, Welt – ça va?']) {
    it(`finds ${JSON.stringify(text)} inside base64`, () => {
      assert.equal(decode(base64(Buffer.from(text))), text);
    });
  }

  it('takes off base64 twice, and compression inside compression', () => {
    const json = '{"a":1}';
    assert.equal(decode(base64(base64(Buffer.from(json)))), json);
    assert.equal(decode(base64(base64(zlib.gzipSync(json)))), json);
    assert.equal(decode(zlib.gzipSync(zlib.gzipSync(json))), json);
    assert.equal(decode(zlib.deflateSync(base64(zlib.gzipSync('x')))), base64(zlib.gzipSync('x')).toString());
  });

  it('refuses to unwrap without end', () => {
    let bytes = zlib.gzipSync('deep');
    for (let layer = 0; layer < 10; layer++) bytes = zlib.gzipSync(bytes);
    refuses(bytes, /compressed at most \d times/);
  });

  it('reads several gzip members, with or without padding between and behind', () => {
    const members = ['one', 'two', 'three'].map((text) => zlib.gzipSync(text));
    assert.equal(decode(Buffer.concat(members)), 'onetwothree');
    assert.equal(decode(Buffer.concat(members.flatMap((one) => [one, Buffer.from('\n')]))), 'onetwothree');
    assert.equal(decode(Buffer.concat([named(members[0]!), Buffer.from('\r\n'), members[1]!])), 'onetwo');
    assert.equal(decode(Buffer.concat([members[0]!, Buffer.alloc(512)])), 'one');
    assert.equal(decode(Buffer.concat([zlib.deflateSync('z'), Buffer.from('\n')])), 'z');
  });

  it('refuses other bytes behind compressed data', () => {
    refuses(Buffer.concat([zlib.gzipSync('one'), Buffer.from('XYZ')]), /3 bytes follow it/);
    refuses(Buffer.concat([zlib.deflateSync('one more'), Buffer.from([200, 1])]), /2 bytes follow it/);
  });

  it('refuses damaged and truncated data, and never takes it for text', () => {
    const gzip = zlib.gzipSync('a text that is long enough to be damaged in many places');
    for (let cut = 4; cut < gzip.length; cut++) refuses(gzip.subarray(0, cut), /undamaged gzip/);
    for (let at = 10; at < gzip.length; at++) {
      const damaged = Buffer.from(gzip);
      damaged[at]! ^= 0x55;
      refuses(damaged, /undamaged gzip|bytes follow/);
      refuses(base64(damaged), /undamaged gzip|bytes follow/);
    }
    const cutZlib = zlib.deflateSync('some text that is compressed').subarray(0, -6);
    refuses(cutZlib, /undamaged zlib/);
    refuses(base64(cutZlib), /undamaged zlib/);
  });

  it('stops at the size limit, in every format and layer, at once and off the main thread', async () => {
    const zeros = Buffer.alloc(4 << 20);
    const limit = /at most 1048576 bytes/;
    const bomb = zlib.gzipSync(zeros);
    const bombs = [
      bomb,
      zlib.deflateSync(zeros),
      zlib.deflateRawSync(zeros),
      zlib.gzipSync(bomb),
      base64(bomb),
      // Each member is small enough, all together are not.
      Buffer.concat(Array.from({ length: 5 }, () => zlib.gzipSync(zeros.subarray(0, 300_000)))),
      Buffer.concat(
        Array.from({ length: 5 }, () => [
          zlib.gzipSync(zeros.subarray(0, 300_000)),
          Buffer.from('\n'),
        ]).flat(),
      ),
      Buffer.from('a'.repeat((1 << 20) + 1)),
    ];
    for (const bytes of bombs) {
      refuses(bytes, limit);
      await assert.rejects(decodeLater(decodeContent(bytes, automatic)), limit);
    }
    assert.equal(decode(zlib.gzipSync(zeros.subarray(0, 1 << 20))).length, 1 << 20);
  });

  it('answers any bytes with text or a reason', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeNow(decodeContent(Buffer.from(bytes), automatic));
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('answers any bytes behind a magic number with text or a reason', () => {
    const magic = fc.constantFrom([0x1f, 0x8b, 8], [0x1f, 0x8b, 8, 4], [0x1f, 0x8b, 8, 31], [0x78, 0x9c]);
    fc.assert(
      fc.property(magic, fc.uint8Array({ maxLength: 60 }), (start, bytes) => {
        try {
          decodeNow(decodeContent(Buffer.from([...start, ...bytes]), automatic));
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses binary data that is not compressed', () => {
    refuses(Buffer.from('89504e470d0a1a0a0000000d', 'hex'), /UTF-8 text \(it starts with 89 50 4e 47\)/);
  });

  it('does what the settings say instead of guessing', () => {
    const gzip = zlib.gzipSync('text');
    assert.equal(decode(Buffer.from('aGk'), { base64: 'always' }), 'hi');
    refuses(Buffer.from('{}'), /base64 text/, { base64: 'always' });
    assert.equal(decode(base64(gzip), { base64: 'never' }), gzip.toString('base64'));
    assert.equal(decode(gzip, { compression: 'gzip' }), 'text');
    refuses(Buffer.from('plain'), /undamaged gzip/, { compression: 'gzip' });
    refuses(gzip, /undamaged zlib/, { compression: 'zlib' });
    assert.equal(decode(zlib.deflateRawSync('\0'), { compression: 'deflate' }), '\0');
    const bytes = decodeNow(decodeContent(gzip, { ...automatic, compression: 'none' }));
    assert.deepEqual(bytes, gzip);
    const twice = decodeNow(decodeContent(zlib.gzipSync(gzip), { ...automatic, compression: 'gzip' }));
    assert.deepEqual(twice, gzip);
  });
});
