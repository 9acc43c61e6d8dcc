import assert from 'node:assert/strict';
import type { NodeStatus } from 'node-red';
import { Status } from '../../../lib/node-red/Status';

describe('a status', () => {
  it('shows the first and the last of many changes, and nothing twice', async () => {
    const shown: (string | undefined)[] = [];
    const status = new Status({
      status: (value: string | NodeStatus) => void shown.push((value as NodeStatus).text),
    });
    for (let i = 0; i < 1000; i++) status.set({ text: String(i) });
    assert.deepEqual(shown, ['0']);
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.deepEqual(shown, ['0', '999']);
    status.set({ text: '999' });
    status.close();
    assert.deepEqual(shown, ['0', '999', undefined]);
  });
});
