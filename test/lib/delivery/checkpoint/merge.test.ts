import assert from 'node:assert/strict';
import fc from 'fast-check';
import { merge, sizeOf } from '../../../../lib/delivery/checkpoint/merge';
import { append, checkpoint, contentOf, plain, put, tableOf } from './changes';

describe('merged changes', () => {
  // A node of another type in one's place begins with an empty state, which a list of changes cannot say.
  const sameTypes = checkpoint.map((nodes) => nodes.map((each) => ({ ...each, type: 'window' })));

  it('leave the same behind as the ones that they are made of, in the same order', () => {
    fc.assert(
      fc.property(fc.array(sameTypes, { maxLength: 3 }), sameTypes, sameTypes, (before, earlier, later) => {
        assert.deepEqual(
          contentOf(tableOf([...before, merge(earlier, later)])),
          contentOf(tableOf([...before, earlier, later])),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('keep nothing of what a later one replaces', () => {
    assert.deepEqual(plain(merge(append('long ago'), put('new'))), plain(put('new')));
    assert.deepEqual(plain(merge(merge(put('old'), append('more')), put('new'))), plain(put('new')));
  });

  it('keep nothing of a node that one of another type has replaced', () => {
    const other = put('new', 'b').map((each) => ({ ...each, type: 'forest' }));
    assert.deepEqual(plain(merge(put('old'), other)), plain(other));
  });

  it('are as large as their values', () => {
    assert.equal(sizeOf(merge(put('1234'), append('56'))), 6);
    assert.equal(sizeOf(merge(put('1234'), put('56'))), 2);
  });
});
