import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { workerName } from '../../../../lib/aws/leases/workerName';

describe('workerName', () => {
  it('tells the machine, and is another one every time', () => {
    assert.ok(workerName().startsWith(`${hostname()}-`));
    assert.notEqual(workerName(), workerName());
  });
});
