import assert from 'node:assert/strict';
import fc from 'fast-check';
import { legalSubject, sizeOf } from '../../../../lib/aws/sns/notification';

describe('legalSubject', () => {
  it('leaves a legal subject alone, up to 100 characters', () => {
    for (const subject of ['Anomaly Detected', 'Ångström: 5 µm', 'x'.repeat(100)]) {
      assert.equal(legalSubject(subject), subject);
    }
  });

  it('puts line breaks and control characters together into one blank', () => {
    assert.equal(legalSubject('  CTR\r\n\t high\u0000\u2028now\u007f'), 'CTR high now');
  });

  it('shortens to 100 characters with an ellipsis, never through the middle of a character', () => {
    assert.equal(legalSubject('x'.repeat(101)), `${'x'.repeat(99)}…`);
    assert.equal(legalSubject(`${'x'.repeat(98)}😀😀`), `${'x'.repeat(98)}…`);
  });

  it('gives none where nothing is left', () => {
    assert.equal(legalSubject(' \n\u0007'), undefined);
  });

  it('makes any text legal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const subject = legalSubject(text) ?? 'none';
        return (
          subject.length >= 1 && subject.length <= 100 && !/[\p{Cc}\p{Cs}\u2028\u2029]|^\s|\s$/u.test(subject)
        );
      }),
    );
  });
});

describe('sizeOf', () => {
  it('counts message and attributes in bytes of UTF-8', () => {
    assert.equal(sizeOf({ message: 'µ😀' }), 6);
    assert.equal(
      sizeOf({
        message: 'a',
        subject: 'does not count',
        attributes: {
          site: { DataType: 'String', StringValue: 'ö' },
          raw: { DataType: 'Binary', BinaryValue: new Uint8Array(5) },
        },
      }),
      1 + (4 + 6 + 2) + (3 + 6 + 5),
    );
  });
});
