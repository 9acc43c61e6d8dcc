import assert from 'node:assert/strict';
import { isBatch, isVector } from '../../../lib/records/batch';

describe('a payload', () => {
  const cases: [string, unknown, 'batch' | 'vector' | 'record'][] = [
    ['an array of numbers', [1, 2], 'vector'],
    ['one number in an array', [0], 'vector'],
    ['a vector with a hole', [1, null, 3], 'vector'],
    ['a vector with NaN', [NaN], 'vector'],
    ['an empty array', [], 'batch'],
    ['an array of objects', [{ a: 1 }], 'batch'],
    ['an array of vectors', [[1], [2]], 'batch'],
    ['an array of texts', ['a', 'b'], 'batch'],
    ['objects and a stray number', [{ a: 1 }, 5], 'batch'],
    ['a buffer', Buffer.from([1, 2]), 'record'],
    ['an object', { 0: 1, length: 1 }, 'record'],
    ['nothing', undefined, 'record'],
  ];
  for (const [what, payload, expected] of cases) {
    it(`that is ${what} is a ${expected}`, () => {
      assert.equal(isBatch(payload), expected === 'batch');
      assert.equal(isVector(payload), expected === 'vector');
    });
  }
});
