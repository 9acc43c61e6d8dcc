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

  describe('that inherits', () => {
    const routed = (part: string, value: string, route?: string): PartChange => ({
      part,
      put: Buffer.from(value),
      ...(route === undefined ? {} : { route }),
    });
    const tableWith = (...changes: PartChange[]) => {
      const table = new StateTable();
      apply(table, ...changes);
      return table;
    };
    const partsOf = (table: StateTable) => table.partsOf('n', 'window').parts;
    const everything = () => true;

    it('takes the parts whose routes are taken, and those that are about no one key', () => {
      const child = new StateTable();
      child.inherit(
        tableWith(routed('a', '1', 'left'), routed('b', '2', 'right'), routed('time', '3')),
        (route) => route === 'left',
      );
      assert.deepEqual([...partsOf(child).keys()], ['a', 'time']);
      assert.equal(partsOf(child).get('a')?.route, 'left');
    });

    it('goes by the latest route of a part; what is appended may say none, what is put says it anew', () => {
      const parent = tableWith(routed('a', '1', 'left'), routed('b', '1', 'left'), routed('c', '1', 'left'));
      apply(
        parent,
        { part: 'a', append: bytes },
        { part: 'b', append: bytes, route: 'right' },
        routed('c', '2'),
      );
      const child = new StateTable();
      child.inherit(parent, (route) => route === 'right');
      assert.deepEqual([...partsOf(child).keys()], ['b', 'c']);
    });

    it('joins what several have of one part, in their order', () => {
      const child = new StateTable();
      for (const value of ['1', '2', '3']) child.inherit(tableWith(routed('a', value)), everything);
      const { base, joined = [] } = partsOf(child).get('a')!;
      assert.deepEqual(
        [base, ...joined.map((part) => part.base)].map((each) => Buffer.from(each!).toString()),
        ['1', '2', '3'],
      );
    });

    it('has one part again once a node has put it anew', () => {
      const child = new StateTable();
      for (const value of ['1', '2']) child.inherit(tableWith(routed('a', value)), everything);
      apply(child, routed('a', 'both'));
      assert.equal(partsOf(child).get('a')?.joined, undefined);
    });

    it('changes nothing in the one that it inherits from, whatever becomes of it', () => {
      const parent = tableWith(routed('a', '1', 'left'));
      apply(parent, { part: 'a', append: bytes });
      const before = contentOf(parent);
      const child = new StateTable();
      child.inherit(parent, everything);
      child.inherit(tableWith(routed('a', '2')), everything);
      apply(child, { part: 'a', append: bytes }, { part: 'b', put: bytes });
      assert.deepEqual(contentOf(parent), before);
      assert.equal(partsOf(parent).get('a')?.joined, undefined);
    });

    it('gives each part of a parent to exactly one of the children that share its keys', () => {
      fc.assert(
        fc.property(fc.array(checkpoint, { maxLength: 6 }), (checkpoints) => {
          const parent = tableOf(checkpoints);
          const [left, right] = [new StateTable(), new StateTable()];
          left.inherit(parent, (route) => route < 'm');
          right.inherit(parent, (route) => route >= 'm');
          for (const { node, type } of parent.entries()) {
            for (const [name, { route }] of parent.partsOf(node, type).parts) {
              const has = [left, right].map((table) => table.partsOf(node, type).parts.has(name));
              const expected = route === undefined ? [true, true] : [route < 'm', route >= 'm'];
              assert.deepEqual(has, expected);
            }
          }
        }),
      );
    });
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
