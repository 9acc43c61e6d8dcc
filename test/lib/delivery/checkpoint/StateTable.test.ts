import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PartChange } from '../../../../lib/delivery/checkpoint/Keeping';
import { StateTable } from '../../../../lib/delivery/checkpoint/StateTable';
import { append, checkpoint, contentOf, put, tableOf, textOf } from './changes';

describe('state table', () => {
  const apply = (table: StateTable, ...changes: PartChange[]) =>
    table.apply({ node: 'n', type: 'window', version: 1, changes });
  const bytes = Buffer.from('x');

  it('adds what is appended to what was put, in order, until it is put anew', () => {
    const table = tableOf([append('1'), append('2'), put('a'), append('b'), append('c')]);
    assert.equal(textOf(table), 'abc');
    assert.deepEqual(
      table
        .partsOf('n', 'window')
        .parts.get('a')
        ?.appended.map((each) => each.toString()),
      ['b', 'c'],
    );
    assert.equal(textOf(tableOf([append('1'), append('2')])), '12');
  });

  it('keeps the parts in the order in which they were first seen', () => {
    const table = new StateTable();
    for (const part of ['c', 'a', 'b', 'a', 'c']) apply(table, { part, put: bytes });
    apply(table, { part: 'a', remove: true }, { part: 'a', append: bytes });
    assert.deepEqual([...table.partsOf('n', 'window').parts.keys()], ['c', 'b', 'a']);
  });

  it('has nothing of a node of another type, and forgets the one before it', () => {
    const table = tableOf([put('old')]);
    assert.equal(table.partsOf('n', 'forest').version, undefined);
    table.apply({ node: 'n', type: 'forest', version: 2, changes: [{ part: 'b', put: bytes }] });
    assert.deepEqual([...table.partsOf('n', 'forest').parts.keys()], ['b']);
    assert.deepEqual(table.partsOf('n', 'window').parts.size, 0);
  });

  it('tells the version that a node wrote last', () => {
    const table = tableOf([put('old')]);
    table.apply({ node: 'n', type: 'window', version: 7, changes: [{ part: 'b', put: bytes }] });
    assert.equal(table.partsOf('n', 'window').version, 7);
    assert.deepEqual([...table.partsOf('n', 'window').parts.keys()], ['a', 'b']);
  });

  it('knows nothing of a node any more whose last part is gone', () => {
    const table = tableOf([put('1')]);
    apply(table, { part: 'a', remove: true });
    assert.equal(table.partsOf('n', 'window').version, undefined);
    assert.deepEqual([...table.entries()], []);
  });

  it('names the blobs that nothing refers to any more, each once', () => {
    const table = new StateTable();
    assert.deepEqual(
      apply(table, { part: 'a', put: bytes, blob: 'x' }, { part: 'b', put: bytes, blob: 'y' }),
      [],
    );
    assert.deepEqual(apply(table, { part: 'a', append: bytes }, { part: 'a', put: bytes, blob: 'x' }), []);
    assert.deepEqual([...table.blobsOf('n')], ['x', 'y']);
    assert.deepEqual(apply(table, { part: 'a', put: bytes, blob: 'z' }), [{ node: 'n', blob: 'x' }]);
    assert.deepEqual(apply(table, { part: 'b', remove: true }), [{ node: 'n', blob: 'y' }]);
    assert.deepEqual(apply(table, { part: 'a', put: bytes }), [{ node: 'n', blob: 'z' }]);
    assert.deepEqual([...table.blobsOf('n')], []);
  });

  it('does not name a blob that has moved from one part to another', () => {
    const table = new StateTable();
    apply(table, { part: 'now', put: bytes, blob: 'x' }, { part: 'before', put: bytes, blob: 'y' });
    assert.deepEqual(
      apply(table, { part: 'before', put: bytes, blob: 'x' }, { part: 'now', put: bytes, blob: 'y' }),
      [],
    );
    assert.deepEqual(apply(table, { part: 'now', put: bytes, blob: 'x' }, { part: 'before', remove: true }), [
      { node: 'n', blob: 'y' },
    ]);
  });

  it('is made again by its entries', () => {
    fc.assert(
      fc.property(fc.array(checkpoint, { maxLength: 6 }), (checkpoints) => {
        const table = tableOf(checkpoints);
        assert.deepEqual(contentOf(tableOf([[...table.entries()]])), contentOf(table));
      }),
    );
  });
});
