import assert from 'node:assert/strict';
import { messageProperty } from '../../../lib/records/messageProperty';
import { recordTime } from '../../../lib/records/recordTime';

describe('a message property', () => {
  const single = {
    msg: { topic: 't', payload: { ctr: 1 }, anomaly: { score: 2 } },
    record: { ctr: 1 },
    index: -1,
  };
  const record = { ctr: 3, anomaly: { score: 4 } };
  const inBatch = { msg: { topic: 't', payload: [{}, record] }, record, index: 1 };
  const vectors = {
    msg: { payload: [[1], [2]], anomaly: [{ score: 5 }, { score: 6 }] },
    record: [2],
    index: 1,
  };

  it('reads a record alike from a message of its own and from a batch', () => {
    assert.equal(messageProperty('payload.ctr')(single), 1);
    assert.equal(messageProperty('payload.ctr')(inBatch), 3);
    assert.equal(messageProperty('anomaly.score')(single), 2);
    assert.equal(messageProperty('msg.anomaly.score')(inBatch), 4);
    assert.equal(messageProperty('anomaly.score')(vectors), 6);
    assert.equal(messageProperty('payload')(vectors), vectors.record);
    assert.equal(messageProperty('topic')(inBatch), 't');
  });
});

describe("a record's time", () => {
  it("is the message's for a single record and the record's own in a batch", () => {
    const record = { timestamp: 1 };
    assert.equal(recordTime({ msg: { timestamp: 2 }, record, index: -1 }), 2);
    assert.equal(recordTime({ msg: { timestamp: 2 }, record, index: 0 }), 1);
    assert.equal(recordTime({ msg: { timestamp: 2 }, record: 'text', index: 0 }), 2);
    assert.equal(recordTime({ msg: {}, record, index: -1 }), 1);
    assert.equal(recordTime({ msg: { timestamp: NaN }, record: {}, index: -1 }), undefined);
  });
});
