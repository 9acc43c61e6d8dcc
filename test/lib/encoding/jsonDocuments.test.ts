import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jsonDocuments } from '../../../lib/encoding/jsonDocuments';

const read = (text: string) => [...jsonDocuments(text)];
const values = (text: string) =>
  read(text).map((document) => (document.ok ? document.value : document.reason));

describe('splitting JSON documents', () => {
  it('gives back any objects and lists, whatever stands between them', () => {
    const document = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()));
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('', '\n', '\r\n', ' \n\t '),
        fc.constantFrom(undefined, 2),
        (documents, between, indent) => {
          const texts = documents.map((one) => JSON.stringify(one, null, indent));
          assert.deepEqual(
            values(texts.join(between)),
            texts.map((text) => JSON.parse(text) as unknown),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads plain values of a line each', () => {
    assert.deepEqual(values('1\n"a b"\ntrue\nnull\n-2.5e3'), [1, 'a b', true, null, -2500]);
  });

  it('leaves out a byte order mark, and finds nothing in blanks', () => {
    assert.deepEqual(values('\ufeff{"a":1}{"b":2}'), [{ a: 1 }, { b: 2 }]);
    assert.deepEqual(values(' \n '), []);
  });

  it('reports a document that is cut off after those before it', () => {
    const found = read('{"a":1}{"b":"}');
    assert.deepEqual(found[0], { ok: true, value: { a: 1 } });
    assert.deepEqual(found[1], { ok: false, reason: 'the document is cut off' });
  });

  it('goes on at the next line after a damaged document', () => {
    assert.deepEqual(
      read('{"a":1}\n{"b":oops}\n{"c":3}{"d":4}\n}{\n[5]').map((document) => document.ok && document.value),
      [{ a: 1 }, false, { c: 3 }, { d: 4 }, false, [5]],
    );
  });

  it('ends for any text', () => {
    const json = fc.string({ unit: fc.constantFrom(...'{}[]",:1\\ \n'), maxLength: 60 });
    fc.assert(
      fc.property(json, (text) => void read(text)),
      { numRuns: 2000 },
    );
  });

  it('reads each character of a hostile text a few times at most', () => {
    // A quadratic reader would take hours over this.
    assert.equal(read('{\n'.repeat(200_000)).length, 200_000);
  });
});
