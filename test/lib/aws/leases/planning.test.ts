import assert from 'node:assert/strict';
import type { StartAt } from '../../../../lib/aws/kinesis/lineage';
import type { Shard } from '../../../../lib/aws/kinesis/records';
import type { LeasePosition } from '../../../../lib/aws/leases/checkpoint';
import type { Lease } from '../../../../lib/aws/leases/Lease';
import { finishedLeases, missingLeases, readyLeases } from '../../../../lib/aws/leases/planning';
import { shard } from './Worker';

const trimHorizon: LeasePosition = { at: 'trim-horizon' };
const end: LeasePosition = { at: 'end' };
const read: LeasePosition = { at: 'after', sequenceNumber: '7' };
const now = 1_700_000_000_000;

function lease(
  shardId: string,
  position: LeasePosition = trimHorizon,
  parents: readonly string[] = [],
): Lease {
  const free = { owner: undefined, leaving: undefined, counter: 0, state: undefined, stream: undefined };
  return { shardId, position, parents, ...free };
}

/** a was split into b and c; c and d were merged into e. */
const family = [
  shard('e', ['c', 'd']),
  shard('b', ['a']),
  shard('c', ['a'], false),
  shard('d', [], false),
  shard('a', [], false),
];

const missing = (
  shards: readonly Shard[],
  leases: readonly Lease[],
  startAt: StartAt,
): [string, LeasePosition][] =>
  missingLeases(shards, leases, startAt, now).map((one) => [one.shard.id, one.position]);
const finished = (shards: readonly Shard[], leases: readonly Lease[]) =>
  finishedLeases(shards, leases).map(({ shardId }) => shardId);
const ready = (leases: readonly Lease[]) => readyLeases(leases).map(({ shardId }) => shardId);

describe('leases to create', () => {
  it('are one for each shard when all is to be read, parents before their children', () => {
    const created = missing(family, [], { at: 'trim-horizon' });
    assert.deepEqual(created.map(([id]) => id).sort(), ['a', 'b', 'c', 'd', 'e']);
    const place = (id: string) => created.findIndex(([one]) => one === id);
    assert.ok(place('a') < place('b') && place('a') < place('c'));
    assert.ok(place('c') < place('e') && place('d') < place('e'));
    assert.ok(created.every(([, position]) => position.at === 'trim-horizon'));
  });

  it('start at the time that is set, in children too', () => {
    const startAt = { at: 'timestamp', time: 5 } as const;
    assert.deepEqual(
      missing(family, [lease('a', startAt)], startAt).map(([, position]) => position),
      Array(4).fill(startAt),
    );
  });

  it('pass over closed shards when only the latest is to be read, and keep the time', () => {
    const startAt = { at: 'timestamp', time: now };
    assert.deepEqual(missing(family, [], { at: 'latest' }).sort(), [
      ['b', startAt],
      ['e', startAt],
    ]);
  });

  it('read the children of shards with leases whole, also after the latest', () => {
    const before = [lease('a', end), lease('d', end)];
    assert.deepEqual(missing(family, before, { at: 'latest' }).sort(), [
      ['b', trimHorizon],
      ['c', trimHorizon],
      ['e', trimHorizon],
    ]);
  });

  it('come to the same end when another worker has created a part of them', () => {
    for (const at of ['trim-horizon', 'latest'] as const) {
      const all = missing(family, [], { at });
      for (let done = 0; done <= all.length; done++) {
        const there = all.slice(0, done).map(([id, position]) => {
          return lease(id, position, family.find((one) => one.id === id)!.parents);
        });
        assert.deepEqual(missing(family, there, { at }), all.slice(done));
      }
    }
  });

  it('are not those of finished shards, whose leases were removed', () => {
    assert.deepEqual(missing(family, [lease('b', read), lease('e', read)], { at: 'trim-horizon' }), []);
    assert.deepEqual(missing(family, [lease('b', end), lease('e', end)], { at: 'latest' }), []);
  });

  it('are those of unfinished shards that somebody removed', () => {
    const leases = [lease('b'), lease('c'), lease('d', end), lease('e')];
    assert.deepEqual(missing(family, leases, { at: 'trim-horizon' }), [['a', trimHorizon]]);
  });
});

describe('leases to remove', () => {
  const parents = [lease('a', end), lease('d', end)];

  it('are those of finished shards whose children are all read beyond their start', () => {
    assert.deepEqual(finished(family, [...parents, lease('b', read, ['a']), lease('c', read, ['a'])]), ['a']);
  });

  it('are none while a child is at its start or has no lease', () => {
    assert.deepEqual(finished(family, [...parents, lease('b', read), lease('c')]), []);
    assert.deepEqual(finished(family, [...parents, lease('b', read)]), []);
    assert.deepEqual(finished([shard('a', [], false)], [lease('a', end)]), []);
  });

  it('are those of a shard only after those of its parents', () => {
    const leases = [
      lease('c', end, ['a']),
      lease('b', read, ['a']),
      lease('d', end),
      lease('e', read, ['c', 'd']),
    ];
    assert.deepEqual(finished(family, [lease('a', end), ...leases]), ['a', 'd']);
    assert.deepEqual(finished(family, leases), ['c', 'd']);
  });

  it('are those of finished shards that the service no longer lists', () => {
    assert.deepEqual(finished([shard('z')], [lease('a', end), lease('z')]), ['a']);
    assert.deepEqual(finished([shard('z', ['a'])], [lease('a', end), lease('z', trimHorizon, ['a'])]), []);
  });
});

describe('leases to work on', () => {
  it('wait until every parent is finished or has no lease', () => {
    const child = lease('e', trimHorizon, ['c', 'd']);
    assert.deepEqual(ready([lease('c'), lease('d', end), child]), ['c']);
    assert.deepEqual(ready([lease('c', end), child]), ['e']);
    assert.deepEqual(ready([child]), ['e']);
  });
});
