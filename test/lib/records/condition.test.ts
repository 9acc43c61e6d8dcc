import assert from 'node:assert/strict';
import { compileCondition, type Operator } from '../../../lib/records/condition';
import { SettingError } from '../../../lib/settings/SettingError';

describe('a condition', () => {
  const cases: [unknown, Operator, unknown, boolean][] = [
    [3, '>', 2, true],
    ['3', '>', '2', true],
    [10, '>', '9', true],
    [2, '>', 2, false],
    [2, '>=', 2, true],
    [undefined, '<', 5, false],
    [null, '<', 5, false],
    ['', '<', 5, false],
    [NaN, '<', 5, false],
    [1, '==', '1.0', true],
    ['Click', '==', 'Click', true],
    ['Click', '==', 'click', false],
    [undefined, '==', '', false],
    [undefined, '!=', 'x', true],
    [true, '==', 'true', true],
    ['abc', 'contains', 'bc', true],
    [['a', 'b'], 'contains', 'b', true],
    [['ab'], 'contains', 'b', false],
    ['REJECT', 'matches', '^REJ', true],
    [undefined, 'matches', '.*', false],
    [0, 'exists', true, true],
    [null, 'exists', true, false],
    [undefined, 'exists', false, true],
    [9007199254740993n, '>', 1, true],
  ];
  for (const [seen, operator, value, expected] of cases) {
    it(`${String(seen)} ${operator} ${String(value)} is ${expected}`, () => {
      assert.equal(compileCondition(operator, value)(seen), expected);
    });
  }

  it('refuses a value that the operator cannot use', () => {
    assert.throws(() => compileCondition('>', 'much'), SettingError);
    assert.throws(() => compileCondition('matches', '['), SettingError);
  });
});
