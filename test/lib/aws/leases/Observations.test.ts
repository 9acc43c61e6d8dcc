import assert from 'node:assert/strict';
import type { Lease } from '../../../../lib/aws/leases/Lease';
import { Observations } from '../../../../lib/aws/leases/Observations';

const lease = (counter: number): Lease => ({
  shardId: 'shard-0',
  owner: 'a',
  leaving: undefined,
  counter,
  position: { at: 'trim-horizon' },
  state: undefined,
  parents: [],
  stream: undefined,
});

describe('Observations', () => {
  it('call a lease expired when its counter has stood still for longer than the failover time', () => {
    const observations = new Observations(1000);
    observations.update([lease(5)], 100);
    observations.update([lease(5)], 900);
    assert.equal(observations.isExpired(lease(5), 1100), false);
    assert.equal(observations.isExpired(lease(5), 1101), true);
  });

  it('begin anew with every movement, and with a lease that was not there', () => {
    const observations = new Observations(1000);
    observations.update([lease(5)], 0);
    observations.update([lease(6)], 900);
    assert.equal(observations.isExpired(lease(6), 1500), false);
    observations.update([], 1600);
    observations.update([lease(6)], 2000);
    assert.equal(observations.isExpired(lease(6), 2500), false);
    assert.equal(observations.isExpired(lease(6), 3001), true);
  });

  it('say nothing of a lease that they have not seen so', () => {
    const observations = new Observations(1000);
    assert.equal(observations.isExpired(lease(5), 9999), false);
    observations.update([lease(5)], 0);
    assert.equal(observations.isExpired(lease(6), 9999), false);
  });
});
