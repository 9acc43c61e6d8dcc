import assert from 'node:assert/strict';
import { defaultMessage } from '../../nodes/sns-out/defaultMessage';

describe('sns-out: the message of a node without a template', () => {
  for (const payload of [0, -1.5, true, null, [1, 2], { ctr: 54 }]) {
    it(`says ${JSON.stringify(payload)} in JSON`, () => {
      assert.deepEqual(JSON.parse(defaultMessage({ payload })), { payload });
    });
  }

  for (const payload of [undefined, NaN, Infinity, Symbol('s'), () => 1, Buffer.from('x')]) {
    it(`refuses ${String(payload)}, which JSON would turn into something else`, () => {
      assert.throws(
        () => defaultMessage({ payload }),
        /^RecordError: payload must be text, a number or an object/,
      );
    });
  }
});
