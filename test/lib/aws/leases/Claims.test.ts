import assert from 'node:assert/strict';
import { Claims } from '../../../../lib/aws/leases/Claims';
import type { Lease } from '../../../../lib/aws/leases/Lease';

const timing = { worker: 'me', handoffTimeout: 5000, failover: 1000 };
/** after which the former owner has had its time, ms */
const longest = 6000;

function lease(shardId: string, changes: Partial<Lease> = {}): Lease {
  const mine = { owner: 'me', leaving: 'other', counter: 0, position: { at: 'trim-horizon' } } as const;
  return { shardId, ...mine, state: undefined, parents: [], stream: undefined, ...changes };
}

describe('claims to leases', () => {
  let expired: Set<string>;
  let running: Set<string>;
  let claims: Claims;

  beforeEach(() => {
    expired = new Set();
    running = new Set();
    claims = new Claims(timing, { isExpired: ({ shardId }) => expired.has(shardId) });
  });

  const due = (leases: readonly Lease[], asked: number) =>
    claims.due(leases, (shardId) => running.has(shardId), asked).map(({ shardId }) => shardId);

  it('are due once the former owner has left', () => {
    assert.deepEqual(due([lease('a'), lease('b')], 0), []);
    assert.deepEqual(due([lease('a', { leaving: undefined }), lease('b')], 100), ['a']);
  });

  it('are due by force when the former owner has had its time since they were first seen', () => {
    assert.deepEqual(due([lease('a')], 100), []);
    assert.deepEqual(due([lease('a'), lease('b')], 100 + longest), []);
    assert.deepEqual(due([lease('a'), lease('b')], 101 + longest), ['a']);
  });

  it('count from the moment that the owner was asked', () => {
    claims.add('a', 0);
    assert.deepEqual(due([lease('a')], 1 + longest), ['a']);
  });

  it('are due at once when the former owner has gone silent', () => {
    expired.add('a');
    assert.deepEqual(due([lease('a'), lease('b')], 0), ['a']);
  });

  it('are not due of what this worker runs, what has come to its end, and what is of others', () => {
    running.add('a');
    const leases = [
      lease('a', { leaving: undefined }),
      lease('b', { leaving: undefined, position: { at: 'end' } }),
      lease('c', { leaving: undefined, owner: 'other' }),
    ];
    assert.deepEqual(due(leases, 0), []);
    assert.equal(claims.size, 0);
  });

  it('begin anew when somebody else had the lease in between', () => {
    due([lease('a')], 0);
    due([lease('a', { owner: 'other', leaving: undefined })], 3000);
    assert.equal(claims.size, 0);
    assert.deepEqual(due([lease('a')], 1 + longest), []);
  });

  it('are forgotten once this worker has the lease', () => {
    due([lease('a')], 0);
    claims.delete('a');
    assert.equal(claims.size, 0);
  });
});
