import assert from 'node:assert/strict';
import fc from 'fast-check';
import { choose } from '../../../../lib/aws/leases/balance';
import type { Lease } from '../../../../lib/aws/leases/Lease';
import { Random } from '../../../../lib/simulation/Random';

function lease(shardId: string, owner?: string, leaving?: string): Lease {
  const rest = { counter: 0, position: { at: 'trim-horizon' }, state: undefined, parents: [] } as const;
  return { shardId, owner, leaving, stream: undefined, ...rest };
}

/** `a: 3, b: 1` leases, and so many free ones. */
function leasesOf(owners: Readonly<Record<string, number>>, free = 0): Lease[] {
  return [
    ...Object.entries(owners).flatMap(([owner, count]) =>
      Array.from({ length: count }, (_, index) => lease(`${owner}-${index}`, owner)),
    ),
    ...Array.from({ length: free }, (_, index) => lease(`free-${index}`)),
  ];
}

const isFree = ({ owner }: Lease) => owner === undefined;
const chosen = (leases: readonly Lease[], worker: string, asking = false) => {
  const { take, ask } = choose(leases, worker, isFree, asking, () => 0.5);
  return { take: take.length, ask: ask?.owner };
};

describe('the share of a worker', () => {
  it('is all when it is alone', () => {
    assert.deepEqual(chosen(leasesOf({}, 5), 'a'), { take: 5, ask: undefined });
  });

  it('is what is free, up to as many as each has', () => {
    assert.deepEqual(chosen(leasesOf({ b: 3 }, 5), 'a'), { take: 4, ask: undefined });
    assert.deepEqual(chosen(leasesOf({ a: 4, b: 3 }, 1), 'a'), { take: 0, ask: undefined });
  });

  it('is asked from whoever has most, one lease at a time, when nothing is free', () => {
    assert.deepEqual(chosen(leasesOf({ b: 3, c: 5 }), 'a'), { take: 0, ask: 'c' });
    assert.deepEqual(chosen(leasesOf({ b: 3, c: 5 }), 'a', true), { take: 0, ask: undefined });
    assert.deepEqual(chosen(leasesOf({ b: 3, c: 5 }, 1), 'a'), { take: 1, ask: undefined });
  });

  it('is not asked from who has no more than its share, unless two or more are lacking', () => {
    assert.deepEqual(chosen(leasesOf({ a: 1, b: 2, c: 2, d: 2 }), 'a'), { take: 0, ask: undefined });
    assert.deepEqual(chosen(leasesOf({ a: 1, b: 3, c: 3 }), 'a'), { take: 0, ask: 'b' });
    assert.deepEqual(chosen(leasesOf({ b: 1, c: 1 }), 'a'), { take: 0, ask: undefined });
  });

  it('is not asked for a lease that its owner already leaves', () => {
    const leases = [lease('1', 'b', 'x'), lease('2', 'b', 'x'), lease('3', 'b')];
    const { ask } = choose(leases, 'a', isFree, false, () => 0);
    assert.equal(ask!.shardId, '3');
  });

  it('comes to a difference of at most one between any two, whoever looks when', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 20 }),
        fc.nat(),
        (workers, count, seed) => {
          const random = new Random(seed);
          const names = Array.from({ length: workers }, (_, index) => `w${index}`);
          const owners = new Map<string, string>();
          const leases = () =>
            Array.from({ length: count }, (_, id) => lease(String(id), owners.get(String(id))));
          for (let look = 0; look < 60 * workers; look++) {
            const worker = names[Math.floor(random.next() * workers)]!;
            const { take, ask } = choose(leases(), worker, isFree, false, () => random.next());
            for (const { shardId } of [...take, ...(ask ? [ask] : [])]) owners.set(shardId, worker);
          }
          const shares = names.map((name) => [...owners.values()].filter((owner) => owner === name).length);
          assert.equal(owners.size, count);
          assert.ok(Math.max(...shares) - Math.min(...shares) <= 1, shares.join());
        },
      ),
    );
  });
});
