import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { FaultProxy } from '../../local/FaultProxy';
import { numbered } from '../helpers/kinesis';
import { numbers, statuses, useKinesisIn } from '../helpers/kinesisIn';
import { until } from '../helpers/until';

describe('kinesis-in: faults', () => {
  const node = useKinesisIn();
  const { kinesis } = node;

  beforeEach(async () => {
    await kinesis.create(2);
  });

  const readsThrough = async (fault: Parameters<FaultProxy['inject']>[0], operation: string, times = 4) => {
    await kinesis.put(numbered(20, 6));
    kinesis.proxy.inject(fault, { operation, times });
    const bench = await node.deploy();
    await bench.until(() => bench.outputs[0]!.length >= 20, 'all records', 15_000);
    assert.equal(kinesis.proxy.requests.filter((request) => request.fault === fault.kind).length, times);
    assert.deepEqual(
      numbers(bench.outputs[0]!).sort((a, b) => a - b),
      [...Array(20).keys()],
    );
    return bench;
  };

  it('rides out throttling', () => readsThrough({ kind: 'throttle' }, 'GetRecords'));
  it('renews expired iterators', () => readsThrough({ kind: 'expired-iterator' }, 'GetRecords', 2));
  it('rides out errors of the service', () => readsThrough({ kind: 'status', status: 503 }, 'GetRecords'));
  it('rides out dropped connections', () => readsThrough({ kind: 'drop', moment: 'after' }, 'GetRecords'));
  it('rides out garbage', () => readsThrough({ kind: 'garbage' }, 'GetRecords', 2));
  it('rides out faults while it looks for shards', () => readsThrough({ kind: 'throttle' }, 'ListShards'));
  it('rides out faults while it opens a shard', () =>
    readsThrough({ kind: 'status', status: 500 }, 'GetShardIterator'));

  it('says in its status that it is throttled, and when it no longer is', async () => {
    kinesis.proxy.inject({ kind: 'throttle' }, { operation: 'GetRecords', times: 1000 });
    const bench = await node.deploy();
    await until(
      () => statuses(bench).some(({ text }) => text === 'kinesis-in.status.throttled'),
      'the status',
    );
    kinesis.proxy.heal();
    await until(() => /current/.test(statuses(bench).at(-1)?.text ?? ''), 'the end of it');
  });

  it('closes while a read hangs, and while the service is away', async () => {
    kinesis.proxy.inject({ kind: 'hang' }, { operation: 'GetRecords', times: 1000 });
    await node.deploy();
    await until(() => kinesis.proxy.count('GetRecords') >= 2, 'a read');
    await helper.unload();
    kinesis.proxy.inject({ kind: 'drop', moment: 'before' }, { times: 1000 });
    await node.deploy();
    await helper.unload();
  });
});
