import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RecordError } from '../../../lib/records/RecordError';
import { seriesKey } from '../../../lib/records/seriesKey';

describe('a series key', () => {
  const keyOf = (fields: string[], record: unknown, topic?: unknown) =>
    seriesKey(fields)({ msg: { topic, payload: record }, record, index: -1 });

  it('is the topic when there are no key fields', () => {
    assert.equal(keyOf([], {}, 'site'), 'site');
    assert.equal(keyOf([], {}, 7), '7');
    assert.equal(keyOf([], {}, { odd: true }), '');
    assert.equal(keyOf([], {}), '');
  });

  it("is the only key field's value as it stands, so that a topic can name it", () => {
    assert.equal(keyOf(['page'], { page: 'a|b\\c' }), 'a|b\\c');
  });

  it('joins the key fields in their order', () => {
    assert.equal(keyOf(['region', 'user.id'], { user: { id: 7 }, region: 'eu' }), 'eu|7');
  });

  it('differs whenever a value differs, also when values hold the separator', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '|', '\\') });
    fc.assert(
      fc.property(text, text, text, text, (a, b, c, d) => {
        const same = a === c && b === d;
        assert.equal(keyOf(['x', 'y'], { x: a, y: b }) === keyOf(['x', 'y'], { x: c, y: d }), same);
      }),
    );
  });

  it('names the field that cannot be part of a key', () => {
    assert.throws(
      () => keyOf(['site'], {}),
      (error: RecordError) => /^site must be text or a number/.test(error.message),
    );
    assert.throws(() => keyOf(['site'], { site: {} }), RecordError);
  });
});
