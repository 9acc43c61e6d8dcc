import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileTemplate } from '../../../lib/records/template';

describe('compileTemplate', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;

  it('prints numbers, text, booleans and objects plainly, and escapes nothing', () => {
    const print = compileTemplate('{{n}} {{payload.ctr}} {{text}} {{{text}}} {{yes}} {{object}} {{items.1}}');
    assert.equal(
      print({
        n: 0,
        payload: { ctr: 50.25 },
        text: `<a & "b">`,
        yes: false,
        object: { a: [1] },
        items: [1, 'two'],
      }),
      `0 50.25 <a & "b"> <a & "b"> false {"a":[1]} two`,
    );
  });

  it('prints any finite number so that it reads back the same', () => {
    const print = compileTemplate('{{payload.ctr}}');
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (ctr) => Number(print({ payload: { ctr } })) === (ctr || 0)),
    );
  });

  it('gives a text without tags back unchanged', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('{{')),
        (text) => compileTemplate(text)({}) === text,
      ),
    );
  });

  it('prints a text that looks like a template as it is', () => {
    assert.equal(compileTemplate('{{a}}')({ a: '{{b}}' }), '{{b}}');
  });

  const unprintable: [string, unknown, RegExp][] = [
    ['missing', undefined, /^payload\.ctr must be .*, got undefined$/],
    ['null', null, /^payload\.ctr must be .*, got null$/],
    ['a buffer', Buffer.from([1, 2]), /^payload\.ctr must be .*, got a buffer of 2 bytes$/],
    ['circular', circular, /^payload\.ctr must be without circular references/],
  ];
  for (const [what, ctr, expected] of unprintable) {
    it(`names a value that is ${what}`, () => {
      assert.throws(() => compileTemplate('is {{payload.ctr}}')({ payload: { ctr } }), {
        name: 'RecordError',
        message: expected,
      });
    });
  }

  it('asks only for what the taken sections print', () => {
    const print = compileTemplate('{{#site}}on {{site.name}}{{/site}}{{^site}}anywhere{{/site}}');
    assert.equal(print({}), 'anywhere');
    assert.equal(print({ site: { name: 'home' } }), 'on home');
    assert.throws(() => print({ site: {} }), /^RecordError: site\.name must be/);
  });

  for (const text of ['{{a', '{{#a}}', '{{/a}}', '{{}}', '{{> other}}', '{{#a}}{{}}{{/a}}']) {
    it(`refuses ${text} with the reason`, () => {
      assert.throws(() => compileTemplate(text), {
        name: 'SettingError',
        message: /^is not a valid template: \w/,
      });
    });
  }
});
