import assert from 'node:assert/strict';
import { alongside } from '../../../lib/records/alongside';

describe('what runs alongside a batch', () => {
  const msg = { payload: ['a', 'b', 'c'], kinesis: [1, 2, 3], logEvent: { id: 'all' }, note: [4, 5, 6] };

  it('is picked for the records that go on, in their order', () => {
    assert.deepEqual(alongside(msg, 3, [2, 0, 0]), { kinesis: [3, 1, 1] });
  });

  it('is the one value for a record in a message of its own', () => {
    assert.deepEqual(alongside(msg, 3, 1), { kinesis: 2 });
  });

  it('is left alone when it is not about these records', () => {
    assert.deepEqual(alongside(msg, 2, [0]), {});
  });
});
