import assert from 'node:assert/strict';
import type { Node } from 'node-red';
import { NotHandedOver } from '../../../lib/delivery/NotHandedOver';
import { handOver } from '../../../lib/node-red/handOver';
import type { RecordInMessage } from '../../../lib/records/messageProperty';

describe('handOver', () => {
  let errors: { text: string; payload: unknown }[];
  let sent: unknown[];
  const node = {
    type: 'out',
    error: (error: Error, { payload }: { payload: unknown }) => errors.push({ text: error.message, payload }),
  } as unknown as Node;
  const take = ({ record }: RecordInMessage) =>
    record === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve({ id: record });
  const hand = (msg: Record<string, unknown>) => handOver(node, msg, (out) => sent.push(out), 'answer', take);

  beforeEach(() => {
    errors = [];
    sent = [];
  });

  it('sends a message of one record on with the answer', async () => {
    await hand({ payload: 'a', topic: 't' });
    assert.deepEqual(sent, [{ payload: 'a', topic: 't', answer: { id: 'a' } }]);
  });

  it('leaves the error of a single record to the caller', async () => {
    await assert.rejects(hand({ payload: 'bad' }), /^Error: no$/);
    assert.deepEqual([sent, errors], [[], []]);
  });

  it('keeps of a batch what was taken, with what runs alongside, and reports the rest alone', async () => {
    await hand({ payload: ['a', 'bad', 'c'], kinesis: [1, 2, 3] });
    assert.deepEqual(sent, [{ payload: ['a', 'c'], kinesis: [1, 3], answer: [{ id: 'a' }, { id: 'c' }] }]);
    assert.deepEqual(errors, [{ text: 'out: no', payload: 'bad' }]);
  });

  for (const payload of ['a', ['a', 'b']]) {
    it(`neither is done with ${JSON.stringify(payload)} nor fails when the node is closed before it is taken`, async () => {
      const close = () => Promise.reject(new NotHandedOver('closed'));
      const handed = handOver(node, { payload }, (out) => sent.push(out), 'answer', close);
      const next = new Promise((resolve) => setImmediate(resolve, 'still waiting'));
      assert.equal(await Promise.race([handed.then(() => 'done'), next]), 'still waiting');
      assert.deepEqual([sent, errors], [[], []]);
    });
  }

  for (const payload of [['bad', 'bad'], []]) {
    it(`sends nothing of the batch ${JSON.stringify(payload)}`, async () => {
      await hand({ payload });
      assert.deepEqual(sent, []);
    });
  }
});
