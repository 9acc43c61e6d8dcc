import assert from 'node:assert/strict';
import { fieldReader } from '../../../lib/records/fieldPath';

describe('a field path', () => {
  const record = { a: { b: [{ c: 1 }] }, 'x.y': 2, x: { y: 3, z: 4 }, 'log-status': 'OK' };
  const cases: [string, unknown][] = [
    ['a.b[0].c', 1],
    ['a.b.0.c', 1],
    ['x.y', 2],
    ['x.z', 4],
    ['log-status', 'OK'],
    ['a.missing.c', undefined],
    ['a.b[0].c.d', undefined],
    ['constructor', undefined],
    ['a.__proto__.toString', undefined],
  ];
  for (const [path, expected] of cases) {
    it(`${path} reads ${String(expected)}`, () => assert.equal(fieldReader(path)(record), expected));
  }

  it('reads nothing from what is no object', () => {
    for (const value of [undefined, null, 5, 'text', true])
      assert.equal(fieldReader('length')(value), undefined);
  });
});
