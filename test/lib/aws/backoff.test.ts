import assert from 'node:assert/strict';
import { Backoff } from '../../../lib/aws/backoff';

describe('Backoff', () => {
  it('doubles the longest wait up to the cap, and starts anew after a reset', () => {
    const backoff = new Backoff({ base: 100, cap: 1000, random: () => 0.99 });
    const next = () => backoff.next();
    assert.deepEqual([next(), next(), next(), next(), next(), next()], [99, 198, 396, 792, 990, 990]);
    backoff.reset();
    assert.equal(next(), 99);
  });

  it('spreads the waits down to none', () => {
    assert.equal(new Backoff({ base: 100, cap: 1000, random: () => 0 }).next(), 0);
  });

  it('stays at the cap however long the failures last', () => {
    const backoff = new Backoff({ base: 100, cap: 1000, random: () => 0.5 });
    for (let failure = 0; failure < 2000; failure++) backoff.next();
    assert.equal(backoff.next(), 500);
  });
});
