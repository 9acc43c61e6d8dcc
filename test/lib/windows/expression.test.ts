import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SettingError } from '../../../lib/settings/SettingError';
import { parseExpression } from '../../../lib/windows/expression';

const evaluate = (source: string, values: Readonly<Record<string, number>> = {}) =>
  parseExpression(source).evaluate((name) => values[name]);

/** A random expression as text, beside what JavaScript's own arithmetic makes of it. */
interface Sample {
  readonly text: string;
  readonly value: number;
}

const names = { a: 3, b: -2.5, zero: 0, _x1: 1e6 };
const { sample } = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.oneof(
    { maxDepth: 5 },
    fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => ({ text: String(value), value })),
    fc.constantFrom(...Object.entries(names)).map(([text, value]) => ({ text, value })),
    tie('sample').map(({ text, value }) => ({ text: `-(${text})`, value: -value })),
    fc
      .tuple(tie('sample'), fc.constantFrom('+', '-', '*', '/', '%', '^'), tie('sample'))
      .map(([left, operator, right]) => ({
        text: `(${left.text})${operator} ( ${right.text})`,
        value: checked(left.value, operator, right.value),
      })),
  ),
}));

function checked(a: number, operator: string, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return NaN;
  const results: Record<string, number> = {
    '+': a + b,
    '-': a - b,
    '*': a * b,
    '/': a / b,
    '%': a % b,
    '^': a ** b,
  };
  const value = results[operator]!;
  return Number.isFinite(value) ? value : NaN;
}

describe('an expression over names', () => {
  it('computes what arithmetic says, whatever the expression', () => {
    fc.assert(
      fc.property(sample, ({ text, value }) => {
        fc.pre(text.length <= 1000);
        assert.equal(evaluate(text, names), Number.isNaN(value) ? undefined : value);
      }),
      { numRuns: 500 },
    );
  });

  const results: [string, number][] = [
    ['clicks / impressions * 100', 25],
    ['2 + 3 * 4', 14],
    ['20 - 5 - 3', 12],
    ['100 / 10 / 5', 2],
    ['17 % 10 % 4', 3],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', -4],
    ['2 ^ -1', 0.5],
    ['- - 3', 3],
    ['+4', 4],
    ['(1 + 2) * 3', 9],
    ['.5 + 1. + 1e2 + 2.5E-1', 101.75],
    ['max(1, impressions, 3)', 8],
    ['min(1, -2)', -2],
    ['abs(-3) + ceil(1.2) + floor(1.8) + round(2.5)', 9],
    ['sqrt(16) + pow(2, 3)', 12],
    ['log(exp(2))', 2],
    ['log1p(0)', 0],
    ['\tclicks\n+ 1 ', 3],
  ];
  for (const [source, expected] of results) {
    it(`gives ${expected} for ${JSON.stringify(source)}`, () => {
      assert.equal(evaluate(source, { clicks: 2, impressions: 8 }), expected);
    });
  }

  for (const source of [
    '1 / 0',
    '0 / 0',
    '1 / (1 / 0)',
    '(0 / 0) ^ 0',
    'gone + 1',
    'max(1, gone)',
    'sqrt(-1)',
    'exp(1e3)',
    '1e400',
    '0 * log(0)',
  ]) {
    it(`gives no value for ${source}`, () => {
      assert.equal(evaluate(source), undefined);
    });
  }

  it('tells which names it reads', () => {
    assert.deepEqual(parseExpression('b + max(a, b) * min').names, ['b', 'a', 'min']);
  });

  const wrong: [string, RegExp][] = [
    ['', /it ends where a number, a name or "\(" should follow \(character 1\)/],
    ['1 +', /it ends where .* \(character 4\)/],
    ['1 2', /expected an operator instead of "2" \(character 3\)/],
    ['(1', /it ends where "\)" should follow/],
    ['1)', /expected an operator instead of "\)" \(character 2\)/],
    ['a * * b', /instead of "\*" \(character 5\)/],
    ['a ; b', /";" means nothing here \(character 3\)/],
    ['a.b', /"\." means nothing here \(character 2\)/],
    ['eval(1)', /there is no function "eval", only abs, .* \(character 1\)/],
    ['1 + constructor(1)', /there is no function "constructor".* \(character 5\)/],
    ['pow(1)', /pow takes 2 values, not 1/],
    ['abs(1, 2)', /abs takes 1 value, not 2/],
    ['('.repeat(1001), /it has 1001 of at most 1000 characters/],
  ];
  for (const [source, expected] of wrong) {
    it(`refuses ${JSON.stringify(source.slice(0, 20))} with the reason and the place`, () => {
      assert.throws(
        () => parseExpression(source),
        (error: Error) => error instanceof SettingError && expected.test(error.message),
      );
    });
  }

  it('refuses or parses any text without any other error', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab1.e+-*/%^(), ;"\\é') }), (text) => {
        try {
          evaluate(text, { a: 1, b: 2 });
        } catch (error) {
          assert.ok(error instanceof SettingError, String(error));
        }
      }),
    );
  });

  it('parses the deepest nesting that fits', () => {
    assert.equal(evaluate('('.repeat(499) + '1' + ')'.repeat(499)), 1);
  });
});
