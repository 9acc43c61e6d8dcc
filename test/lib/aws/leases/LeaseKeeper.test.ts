import assert from 'node:assert/strict';
import { Random } from '../../../../lib/simulation/Random';
import { LeaseLostError } from '../../../../lib/aws/leases/HeldLease';
import { until } from '../../../helpers/until';
import { openShards, options, shard, SleepyTiming, stream, useLeases, type Worker } from './Worker';

/** So long that a machine held up for a second or two takes no lease away, where the table's faults must not either. */
const patient = { failover: 4000 };

const after = (sequenceNumber: string) => ({ at: 'after' as const, sequenceNumber });

describe('LeaseKeeper', () => {
  const leases = useLeases();
  const shares = (...expected: number[]) =>
    until(
      () => leases.witness.shares().join() === expected.join(),
      () => `shares of ${expected.join()}, got ${leases.witness.shares().join()}`,
    );
  afterEach(() => assert.deepEqual(leases.witness.overlaps, []));

  it('gives a worker that is alone every shard', async () => {
    const [worker] = await leases.start(1, stream(openShards(3)));
    await shares(3);
    await until(() => worker!.keeper.overview.leases === 3, 'the overview');
    assert.deepEqual(worker!.keeper.overview, { leases: 3, workers: 1 });
    assert.deepEqual(
      worker!.granted.map(({ start, inherited }) => ({ start, inherited })),
      Array(3).fill({ start: { position: { at: 'trim-horizon' }, state: undefined }, inherited: [] }),
    );
  });

  it('lets four workers come to equal shares, without two ever running a shard at once', async () => {
    await leases.start(4, stream(openShards(8)));
    await shares(2, 2, 2, 2);
    await shares(2, 2, 2, 2);
  });

  it('passes the leases of a worker that stops on at once', async () => {
    const [first, second] = await leases.start(2, stream(openShards(4)));
    await shares(2, 2);
    await first!.stop();
    assert.equal(first!.leases.size, 0);
    await until(() => second!.leases.size === 4, 'the other worker to take all');
    assert.deepEqual(first!.lost, []);
  });

  it('takes over where a worker died, from its last commit', async () => {
    const [first, second] = await leases.start(2, stream(openShards(2)));
    await shares(1, 1);
    const [lease] = [...first!.leases.values()];
    await lease!.commit({ position: after('70'), state: 'state-70' });
    first!.crash();
    await until(() => second!.leases.size === 2, 'the other worker to take over');
    assert.deepEqual(second!.lease(lease!.shardId).start, { position: after('70'), state: 'state-70' });
    assert.ok(second!.lease(lease!.shardId).epoch > lease!.epoch);
  });

  it('hands a lease on with what its owner committed at the very end', async () => {
    const shards = stream(openShards(2));
    const [first] = await leases.start(1, shards);
    await until(() => first!.leases.size === 2, 'the first worker to have both');
    first!.finish = async (lease) => {
      await new Promise((resolve) => setTimeout(resolve, options.failover * 2));
      await lease.commit({ position: after('99'), state: 'last words' });
    };
    const [second] = await leases.start(1, shards);
    await shares(1, 1);
    const [got] = [...second!.leases.values()];
    assert.deepEqual(got!.start, { position: after('99'), state: 'last words' });
    assert.deepEqual(first!.lost, []);
  });

  it('takes by force what an owner does not finish with in time, and the owner has stopped before', async () => {
    const shards = stream(openShards(2));
    const [first] = await leases.start(1, shards, { handoffTimeout: 300 });
    await until(() => first!.leases.size === 2, 'the first worker to have both');
    first!.finish = (lease) =>
      new Promise((resolve) => lease.signal.addEventListener('abort', () => resolve()));
    const [second] = await leases.start(1, shards, { handoffTimeout: 300 });
    await shares(1, 1);
    assert.deepEqual(first!.lost, [...second!.leases.keys()]);
  });

  it('stops by itself when it cannot renew, before anybody else begins', async () => {
    const [first, second] = await leases.start(2, stream(openShards(2)));
    await shares(1, 1);
    const [shardId] = [...first!.leases.keys()];
    first!.cut();
    await until(() => second!.leases.size === 2, 'the other worker to take over');
    assert.deepEqual(first!.lost, [shardId]);
    assert.ok(first!.troubles.length > 0);
    first!.proxy.heal();
    await shares(1, 1);
    assert.equal(first!.troubles.at(-1), undefined);
  });

  it('outlasts a table that throttles two calls in five', async () => {
    const [first, second] = await leases.start(2, stream(openShards(4)), patient);
    await shares(2, 2);
    for (const { proxy } of [first!, second!]) {
      const random = new Random(7);
      proxy.inject({ kind: 'throttle' }, { times: Infinity, when: () => random.next() < 0.4 });
    }
    const [lease] = [...first!.leases.values()];
    const before = Number((await leases.row(lease!.shardId)).leaseCounter!.N);
    await until(
      async () => Number((await leases.row(lease!.shardId)).leaseCounter!.N) > before + 3,
      'renewals to go on',
    );
    assert.deepEqual([first!.lost, second!.lost], [[], []]);
  });

  it('keeps a lease whose renewals succeed although their answers are lost', async () => {
    const [worker] = await leases.start(1, stream(openShards(1)), patient);
    await until(() => worker!.leases.size === 1, 'the lease');
    worker!.proxy.inject({ kind: 'drop', moment: 'after' }, { operation: 'UpdateItem', times: 2 });
    const { counter = 0 } = (await leases.table.get('shard-0', new AbortController().signal)) ?? {};
    await until(
      async () => Number((await leases.row('shard-0')).leaseCounter!.N) > counter + 4,
      'renewals to go on',
    );
    assert.deepEqual([worker!.lost, worker!.granted.length], [[], 1]);
  });

  it('outlasts a call that is never answered', async () => {
    const [worker] = await leases.start(1, stream(openShards(1)), patient);
    await until(() => worker!.leases.size === 1, 'the lease');
    worker!.proxy.inject({ kind: 'hang' }, { operation: 'UpdateItem' });
    await worker!.lease('shard-0').commit({ position: after('8'), state: undefined });
    assert.deepEqual((await leases.row('shard-0')).checkpoint, { S: '8' });
    assert.equal(worker!.lease('shard-0').signal.aborted, false);
  });

  it('commits once, also where the answer is lost or the table is throttled', async () => {
    const [worker] = await leases.start(1, stream(openShards(1)), patient);
    await until(() => worker!.leases.size === 1, 'the lease');
    worker!.proxy.inject({ kind: 'drop', moment: 'after' }, { operation: 'UpdateItem' });
    worker!.proxy.inject({ kind: 'throttle' }, { operation: 'UpdateItem', times: 2 });
    await worker!.lease('shard-0').commit({ position: after('7'), state: 's' });
    const row = await leases.row('shard-0');
    assert.deepEqual([row.checkpoint, row.streamcutState], [{ S: '7' }, { S: 's' }]);
    assert.deepEqual(worker!.lost, []);
  });

  it('finishes a shard also where the answer to its last commit is lost', async () => {
    const [worker] = await leases.start(1, stream(openShards(1)), patient);
    await until(() => worker!.leases.size === 1, 'the lease');
    worker!.proxy.inject({ kind: 'drop', moment: 'after' }, { operation: 'UpdateItem' });
    await worker!.lease('shard-0').commit({ position: { at: 'end' }, state: 'last' });
    const row = await leases.row('shard-0');
    assert.deepEqual([row.checkpoint, row.streamcutState], [{ S: 'SHARD_END' }, { S: 'last' }]);
    assert.deepEqual([worker!.lost, worker!.leases.size], [[], 0]);
  });

  it('lets a worker that slept write nothing when it wakes up', async () => {
    const timing = new SleepyTiming();
    const sleeper = await (await leases.worker({}, timing)).start(stream(openShards(1)));
    await until(() => sleeper.leases.size === 1, 'the lease');
    const lease = sleeper.lease('shard-0');
    // The process is stopped: no timer fires, and no time seems to pass.
    timing.fallAsleep();
    leases.witness.ends('shard-0', sleeper.name);
    const [other] = await leases.start(1, stream(openShards(1)));
    await until(() => other!.leases.size === 1, 'the other worker to take over');
    await other!.lease('shard-0').commit({ position: after('20'), state: 'of the other' });
    await assert.rejects(lease.commit({ position: after('10'), state: 'of the sleeper' }), LeaseLostError);
    timing.wakeUp();
    assert.ok(lease.signal.aborted);
    assert.deepEqual(sleeper.lost, ['shard-0']);
    const row = await leases.row('shard-0');
    assert.deepEqual([row.checkpoint, row.streamcutState], [{ S: '20' }, { S: 'of the other' }]);
  });

  it('puts a row that somebody deleted back as it was', async () => {
    const [worker] = await leases.start(1, stream(openShards(1)));
    await until(() => worker!.leases.size === 1, 'the lease');
    const lease = worker!.lease('shard-0');
    await lease.commit({ position: after('30'), state: 'kept' });
    const row = await leases.table.get('shard-0', new AbortController().signal);
    while (!(await leases.table.remove(row!, new AbortController().signal))) {
      Object.assign(row!, await leases.table.get('shard-0', new AbortController().signal));
    }
    await until(async () => (await leases.rows()).length === 1, 'the row to come back');
    const back = await leases.row('shard-0');
    assert.deepEqual([back.checkpoint, back.streamcutState], [{ S: '30' }, { S: 'kept' }]);
    assert.equal(worker!.lease('shard-0'), lease);
    await lease.commit({ position: after('31'), state: 'kept' });
  });

  it('begins with children when every parent is finished, with what the parents left them', async () => {
    const shards = [shard('a', [], false), shard('b', [], false), shard('c', ['a', 'b'])];
    const [worker] = await leases.start(1, stream(shards));
    await until(() => worker!.leases.size === 2, 'the parents');
    await worker!.lease('a').commit({ position: { at: 'end' }, state: 'of a' });
    await new Promise((resolve) => setTimeout(resolve, options.lookInterval * 3));
    assert.equal(worker!.leases.has('c'), false);
    await worker!.lease('b').commit({ position: { at: 'end' }, state: 'of b' });
    await until(() => worker!.leases.has('c'), 'the child');
    assert.deepEqual([...worker!.leases.keys()], ['c']);
    const { start, inherited } = worker!.lease('c');
    assert.deepEqual(start, { position: { at: 'trim-horizon' }, state: undefined });
    assert.deepEqual(inherited, [
      { shardId: 'a', state: 'of a' },
      { shardId: 'b', state: 'of b' },
    ]);
    assert.deepEqual((await leases.row('a')).childShardIds, { SS: ['c'] });
  });

  it('removes finished leases once their children go on without them', async () => {
    const shards = [shard('a', [], false), shard('b', ['a'])];
    const [worker] = await leases.start(1, stream(shards));
    await until(() => worker!.leases.has('a'), 'the parent');
    await worker!.lease('a').commit({ position: { at: 'end' }, state: undefined });
    await until(() => worker!.leases.has('b'), 'the child');
    await worker!.sync(stream(shards));
    assert.deepEqual(worker!.removed, []);
    await worker!.lease('b').commit({ position: after('5'), state: undefined });
    await worker!.sync(stream(shards));
    assert.deepEqual(worker!.removed, ['a']);
    await worker!.sync(stream(shards));
    assert.deepEqual(
      (await leases.rows()).map(({ leaseKey }) => leaseKey!.S),
      ['b'],
    );
  });

  it('begins anew with a stream that was deleted and created again under its name', async () => {
    const [worker] = await leases.start(1, stream(openShards(1), 1_000_000), { startAt: { at: 'latest' } });
    await until(() => worker!.leases.size === 1, 'the lease');
    await worker!.lease('shard-0').commit({ position: after('5'), state: 'old' });
    await worker!.sync(stream(openShards(1), 2_000_000));
    await until(() => worker!.granted.length === 2, 'the new lease');
    assert.deepEqual(worker!.granted[1]!.start, { position: { at: 'trim-horizon' }, state: undefined });
    assert.deepEqual([worker!.lost, worker!.removed], [['shard-0'], ['shard-0']]);
  });

  it('refuses the table of another stream, and takes nothing of it', async () => {
    await leases.start(1, stream(openShards(2)));
    await shares(2);
    const stranger = await leases.worker({ stream: 'orders' });
    await assert.rejects(stranger.start(stream(openShards(2))), {
      message:
        'the leases of this application belong to the stream "clicks", not to "orders": choose another application name',
    });
    await new Promise((resolve) => setTimeout(resolve, options.lookInterval * 3));
    assert.deepEqual(stranger.granted, []);
  });

  it('takes nothing of a table that another stream began to use at the same moment', async () => {
    const [worker] = await leases.start(1, stream(openShards(1)));
    await until(() => worker!.leases.size === 1, 'the lease');
    await leases.table.create(
      {
        shardId: 'shard-9',
        parents: [],
        hashRange: undefined,
        stream: { name: 'orders', createdAt: 1 },
        position: { at: 'trim-horizon' },
        state: undefined,
      },
      new AbortController().signal,
    );
    await until(() => worker!.troubles.length > 0, 'the trouble');
    assert.match(
      String(worker!.troubles[0]),
      /^LeaseTableError: .* belong to the stream "orders", not to "clicks"/,
    );
    await new Promise((resolve) => setTimeout(resolve, options.lookInterval * 3));
    assert.deepEqual(
      worker!.granted.map(({ shardId }) => shardId),
      ['shard-0'],
    );
  });

  it('does not take back a shard that it is still stopping', async () => {
    const worker: Worker = await leases.worker();
    let stopped: () => void = () => undefined;
    worker.stopLost = () => new Promise((resolve) => (stopped = resolve));
    await worker.start(stream(openShards(1)));
    await until(() => worker.leases.size === 1, 'the lease');
    worker.cut();
    await until(() => worker.lost.length === 1, 'the lease to be lost');
    worker.proxy.heal();
    await new Promise((resolve) => setTimeout(resolve, options.failover * 2));
    assert.equal(worker.granted.length, 1);
    stopped();
    await until(() => worker.granted.length === 2, 'the lease to come back');
  });
});
