import assert from 'node:assert/strict';
import { csvLine } from '../../../lib/records/csvLine';

describe('csvLine', () => {
  it('writes the fields in their order, with dotted paths', () => {
    const line = csvLine(['site', 'user.id', 'ok', 'at'], ',');
    const record = { at: new Date(0), ok: true, user: { id: 7 }, site: 'shop', more: 1 };
    assert.equal(line(record), 'shop,7,true,1970-01-01T00:00:00.000Z');
  });

  it('quotes values with the delimiter, a quote or a line break, as RFC 4180 says', () => {
    const line = csvLine(['a', 'b', 'c', 'd'], ';');
    assert.equal(
      line({ a: 'x;y', b: 'say "hi"', c: 'two\r\nlines', d: 'x,y' }),
      '"x;y";"say ""hi""";"two\r\nlines";x,y',
    );
  });

  it('leaves missing values empty', () => {
    assert.equal(csvLine(['a', 'b', 'c'], ',')({ b: null, c: '' }), ',,');
  });

  for (const [what, value] of Object.entries({
    'an object': {},
    NaN,
    'a function': () => 0,
    'no date': new Date(NaN),
  })) {
    it(`names the field that holds ${what}`, () => {
      assert.throws(
        () => csvLine(['good', 'bad'], ',')({ good: 1, bad: value }),
        /^RecordError: bad must be .*, got /,
      );
    });
  }
});
