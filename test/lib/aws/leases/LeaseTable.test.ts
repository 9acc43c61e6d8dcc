import assert from 'node:assert/strict';
import {
  CreateTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import type { LeasePosition } from '../../../../lib/aws/leases/checkpoint';
import type { Lease } from '../../../../lib/aws/leases/Lease';
import { realTiming } from '../../../../lib/aws/kinesis/timing';
import type { NewLease } from '../../../../lib/aws/leases/rows';
import { useLeases } from './Worker';

const { signal } = new AbortController();
const fresh: NewLease = {
  shardId: 'shard-2',
  parents: ['shard-0', 'shard-1'],
  hashRange: { start: 0n, end: 2n ** 128n - 1n },
  stream: { name: 'clicks', createdAt: 1_700_000_000_000 },
  position: { at: 'trim-horizon' },
  state: undefined,
};

describe('LeaseTable', () => {
  const leases = useLeases();
  beforeEach(() => leases.table.ensure(realTiming, signal));

  const put = (Item: Record<string, AttributeValue>) =>
    leases.client.send(new PutItemCommand({ TableName: leases.tableName, Item }));
  const create = async (lease: Partial<NewLease> = {}): Promise<Lease> => {
    await leases.table.create({ ...fresh, ...lease }, signal);
    return (await leases.table.get(fresh.shardId, signal))!;
  };
  const claim = ({ shardId, counter }: Lease, worker: string) => ({ shardId, counter, worker });

  it('is made as the Kinesis Client Library makes it, and paid by request', async () => {
    const { Table } = await leases.client.send(new DescribeTableCommand({ TableName: leases.tableName }));
    assert.deepEqual(Table!.KeySchema, [{ AttributeName: 'leaseKey', KeyType: 'HASH' }]);
    assert.equal(Table!.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
    const [index] = Table!.GlobalSecondaryIndexes!;
    assert.equal(index!.IndexName, 'LeaseOwnerToLeaseKeyIndex');
    assert.deepEqual(index!.KeySchema, [
      { AttributeName: 'leaseOwner', KeyType: 'HASH' },
      { AttributeName: 'leaseKey', KeyType: 'RANGE' },
    ]);
    assert.equal(index!.Projection!.ProjectionType, 'KEYS_ONLY');
  });

  it('is made once, also by several workers at once', async () => {
    const tables = [1, 2, 3].map(() => leases.tableOf('fresh'));
    await Promise.all(tables.map((table) => table.ensure(realTiming, signal)));
    assert.equal(await tables[0]!.create(fresh, signal), true);
    assert.equal(await tables[2]!.create(fresh, signal), false);
  });

  it('refuses a table that is for something else', async () => {
    await leases.client.send(
      new CreateTableCommand({
        TableName: 'orders',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'orderId', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
      }),
    );
    const table = leases.tableOf('orders');
    await assert.rejects(table.ensure(realTiming, signal), {
      message:
        'the key of table "orders" must be leaseKey, got orderId: it is not a table of leases. Choose another application name.',
    });
  });

  it('creates a lease once, with the attributes of the library', async () => {
    assert.equal(await leases.table.create(fresh, signal), true);
    assert.equal(await leases.table.create({ ...fresh, position: { at: 'end' } }, signal), false);
    const { parentShardId, ...row } = await leases.row('shard-2');
    assert.deepEqual([...parentShardId!.SS!].sort(), ['shard-0', 'shard-1']);
    assert.deepEqual(row, {
      leaseKey: { S: 'shard-2' },
      leaseCounter: { N: '0' },
      ownerSwitchesSinceCheckpoint: { N: '0' },
      checkpoint: { S: 'TRIM_HORIZON' },
      checkpointSubSequenceNumber: { N: '0' },
      startingHashKey: { S: '0' },
      endingHashKey: { S: '340282366920938463463374607431768211455' },
      streamcutStream: { S: 'clicks' },
      streamcutStreamCreated: { N: '1700000000000' },
    });
  });

  it('reads leases that the library wrote, and skips its rows of other kinds and of several streams', async () => {
    const written = {
      checkpoint: { S: '49' },
      checkpointSubSequenceNumber: { N: '2' },
      leaseCounter: { N: '8' },
    };
    await put({
      leaseKey: { S: 'shard-0' },
      ...written,
      leaseOwner: { S: 'java' },
      entityType: { S: 'LEASE' },
    });
    await put({ leaseKey: { S: 'shard-1' }, ...written });
    await put({ leaseKey: { S: 'Leader' }, entityType: { S: 'LEADER' } });
    await put({ leaseKey: { S: '1a2b' }, entityType: { S: 'WORKER_METRIC_STATS' } });
    await put({ leaseKey: { S: '123456789012:clicks:1700000000:shard-0' }, ...written });
    const seen = (await leases.table.list(signal)).sort((a, b) => (a.shardId < b.shardId ? -1 : 1));
    const common = { leaving: undefined, counter: 8, state: undefined, parents: [], stream: undefined };
    const position = { at: 'after', sequenceNumber: '49', subSequenceNumber: 2 };
    assert.deepEqual(seen, [
      { shardId: 'shard-0', owner: 'java', position, ...common },
      { shardId: 'shard-1', owner: undefined, position, ...common },
    ]);
  });

  it('names the lease whose checkpoint it does not understand', async () => {
    await put({ leaseKey: { S: 'shard-0' }, checkpoint: { S: 'SOON' } });
    await assert.rejects(
      leases.table.list(signal),
      /^Error: lease shard-0: a checkpoint must be .* got "SOON"$/,
    );
  });

  it('gives a lease to one of those who take it at once, and counts the changes of owner', async () => {
    const seen = await create();
    const takers = ['a', 'b', 'c'];
    const taken = await Promise.all(takers.map((worker) => leases.table.take(seen, worker, signal)));
    const [winner] = taken.filter((lease) => lease !== undefined);
    assert.equal(taken.filter((lease) => lease === undefined).length, 2);
    assert.deepEqual([winner!.counter, takers.includes(winner!.owner!)], [1, true]);
    assert.deepEqual((await leases.row('shard-2')).ownerSwitchesSinceCheckpoint, { N: '0' });
    await leases.table.take(winner!, 'd', signal);
    assert.deepEqual((await leases.row('shard-2')).ownerSwitchesSinceCheckpoint, { N: '1' });
  });

  it('fences every write of an owner whose lease was taken', async () => {
    const old = (await leases.table.take(await create(), 'old', signal))!;
    await leases.table.take(old, 'new', signal);
    const progress = { position: { at: 'end' } as LeasePosition, state: 'x' };
    const mine = claim(old, 'old');
    // Not even the right counter helps: after a row was deleted, it may come by again.
    for (const one of [mine, { ...mine, counter: mine.counter + 1 }]) {
      assert.equal(await leases.table.renew(one, signal), undefined);
      assert.equal(await leases.table.commit(one, progress, [], signal), undefined);
      assert.equal(await leases.table.release(one, signal), undefined);
      assert.equal(await leases.table.handOver(one, signal), undefined);
    }
    const { owner, counter } = (await leases.table.get('shard-2', signal))!;
    assert.deepEqual([owner, counter], ['new', old.counter + 1]);
  });

  it('commits position and state in one write, and leaves alone what others have in the row', async () => {
    await put({
      leaseKey: { S: 'shard-2' },
      leaseCounter: { N: '3' },
      leaseOwner: { S: 'a' },
      checkpoint: { S: 'AT_TIMESTAMP' },
      streamcutStartTime: { N: '1700' },
      throughputKBps: { N: '12.5' },
      ownerSwitchesSinceCheckpoint: { N: '4' },
      pendingCheckpoint: { S: '40' },
      pendingCheckpointSubSequenceNumber: { N: '0' },
      pendingCheckpointState: { B: Buffer.from('prepared') },
      ofSomebodyElse: { S: 'stays' },
    });
    const position: LeasePosition = { at: 'after', sequenceNumber: '41', subSequenceNumber: 3 };
    await leases.table.commit(
      { shardId: 'shard-2', counter: 3, worker: 'a' },
      { position, state: 's3' },
      [],
      signal,
    );
    assert.deepEqual(await leases.row('shard-2'), {
      leaseKey: { S: 'shard-2' },
      leaseCounter: { N: '4' },
      leaseOwner: { S: 'a' },
      checkpoint: { S: '41' },
      checkpointSubSequenceNumber: { N: '3' },
      streamcutState: { S: 's3' },
      throughputKBps: { N: '12.5' },
      ownerSwitchesSinceCheckpoint: { N: '0' },
      ofSomebodyElse: { S: 'stays' },
    });
  });

  it('frees the lease of a finished shard and names its children', async () => {
    const taken = (await leases.table.take(await create(), 'a', signal))!;
    const end = { position: { at: 'end' as const }, state: undefined };
    await leases.table.commit(claim(taken, 'a'), end, ['shard-3', 'shard-4'], signal);
    const row = await leases.row('shard-2');
    assert.deepEqual([row.checkpoint, row.leaseOwner], [{ S: 'SHARD_END' }, undefined]);
    assert.deepEqual([...row.childShardIds!.SS!].sort(), ['shard-3', 'shard-4']);
  });

  it('hands a lease over without moving the counter, while its owner goes on renewing and committing', async () => {
    const old = (await leases.table.take(await create(), 'old', signal))!;
    const asked = (await leases.table.ask(old, 'new', signal))!;
    assert.deepEqual([asked.owner, asked.leaving, asked.counter], ['new', 'old', old.counter]);
    assert.equal(await leases.table.ask(old, 'third', signal), undefined);
    assert.equal(await leases.table.renew(claim(asked, 'new'), signal), undefined);
    const renewed = (await leases.table.renew(claim(old, 'old'), signal))!;
    const progress = { position: { at: 'after' as const, sequenceNumber: '9' }, state: 's' };
    const committed = (await leases.table.commit(claim(renewed, 'old'), progress, [], signal))!;
    assert.equal(await leases.table.release(claim(committed, 'old'), signal), undefined);
    const left = (await leases.table.handOver(claim(committed, 'old'), signal))!;
    assert.deepEqual([left.owner, left.leaving, left.state], ['new', undefined, 's']);
    assert.equal(await leases.table.renew(claim(left, 'old'), signal), undefined);
  });

  it('removes a lease only as it was seen', async () => {
    const seen = await create();
    const taken = (await leases.table.take(seen, 'a', signal))!;
    assert.equal(await leases.table.remove(seen, signal), false);
    assert.equal(await leases.table.remove(taken, signal), true);
    assert.deepEqual(await leases.table.list(signal), []);
  });
});
