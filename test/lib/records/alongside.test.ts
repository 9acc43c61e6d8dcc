import assert from 'node:assert/strict';
import { alone, alongside, someOf } from '../../../lib/records/alongside';

describe('what runs alongside a batch', () => {
  const msg = { payload: ['a', 'b', 'c'], kinesis: [1, 2, 3], logEvent: { id: 'all' }, note: [4, 5, 6] };

  it('is picked for the records that go on, in their order', () => {
    assert.deepEqual(alongside(msg, 3, [2, 0, 0]), { kinesis: [3, 1, 1] });
  });

  it('is the one value for a record in a message of its own', () => {
    assert.deepEqual(alongside(msg, 3, 1), { kinesis: 2 });
  });

  for (const name of ['kinesis', 'logEvent', 'anomaly', 'incident', 'suppressed', 'late', 'sns', 'label']) {
    it(`may be msg.${name}`, () => assert.deepEqual(alongside({ [name]: [1, 2] }, 2, [1]), { [name]: [2] }));
  }

  it('goes with the records into a smaller batch', () => {
    assert.deepEqual(someOf(msg, [1, 2]), { payload: ['b', 'c'], kinesis: [2, 3] });
  });

  it('goes with a record into a message of its own', () => {
    const own = alone({ msg, record: 'b', index: 1 });
    assert.deepEqual(own, { ...msg, payload: 'b', kinesis: 2 });
    assert.equal(alone({ msg, record: msg.payload, index: -1 }), msg);
  });

  it('is left alone when it is not about these records', () => {
    assert.deepEqual(alongside(msg, 2, [0]), {});
  });
});
