import assert from 'node:assert/strict';
import { topicOf } from '../../../lib/records/topicOf';

describe('the series that a topic names', () => {
  it('may be text or a number', () => {
    assert.equal(topicOf({ topic: 'eni-1' }), 'eni-1');
    assert.equal(topicOf({ topic: 0 }), '0');
  });

  for (const topic of [undefined, null, '', {}, true]) {
    it(`is none with ${JSON.stringify(topic) ?? 'no topic'}`, () =>
      assert.equal(topicOf({ topic }), undefined));
  }
});
