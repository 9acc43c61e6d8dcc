import assert from 'node:assert/strict';
import { numbered } from '../helpers/kinesis';
import { numbers, originOf, useKinesisIn } from '../helpers/kinesisIn';
import { failing } from '../helpers/receivers';

describe('kinesis-in: records that the flow fails with', () => {
  const node = useKinesisIn();
  const { kinesis } = node;
  afterEach(() => failing.times.clear());

  it('go to the Catch nodes, once, where no retries are asked for', async () => {
    await kinesis.create();
    await kinesis.put(numbered(4));
    failing.times.set(1, Infinity);
    const bench = await node.deploy({ wires: [['to-failing']] });
    assert.deepEqual(numbers(await bench.received(3)), [0, 2, 3]);
    assert.equal((await bench.failed(1)).length, 1);
  });

  it('are tried again, and pass when they pass at last', async () => {
    await kinesis.create();
    await kinesis.put(numbered(4));
    failing.times.set(1, 2);
    const bench = await node.deploy({ wires: [['to-failing'], ['out1']], retries: 2 }, 2);
    assert.deepEqual(
      numbers(await bench.received(4)).sort((a, b) => a - b),
      [0, 1, 2, 3],
    );
    assert.equal(bench.outputs[1]!.length, 0);
  });

  it('go to output 2 with their place and the reason after the last try, and the stream moves on', async () => {
    await kinesis.create();
    const last = await kinesis.put(numbered(4));
    failing.times.set(1, Infinity);
    const bench = await node.deploy({ wires: [['to-failing'], ['out1']], retries: 1 }, 2);
    assert.deepEqual(numbers(await bench.received(3)), [0, 2, 3]);
    const [failure] = await bench.received(1, 1);
    assert.deepEqual(failure!.payload, { key: 'key 0', n: 1 });
    assert.equal(originOf(failure!).shardId, 'shardId-000000000000');
    assert.match((failure!.error as { message: string }).message, /failing with 1/);
    await node.positionIs(last);
  });

  it('of a batch go there one by one', async () => {
    await kinesis.create();
    const last = await kinesis.put([
      { key: 'a', data: '{"n":0}' },
      { key: 'a', data: '{"n":1}' },
    ]);
    failing.times.set(1, Infinity);
    const bench = await node.deploy({ wires: [['to-failing'], ['out1']], retries: 1, emit: 'batch' }, 2);
    const failures = await bench.received(2, 1);
    assert.deepEqual(
      failures.map(({ payload }) => payload),
      [{ n: 0 }, { n: 1 }],
    );
    await node.positionIs(last);
  });

  it('take a flow that remembers back, so that nothing counts twice', async () => {
    await kinesis.create();
    const last = await kinesis.put(numbered(6));
    failing.times.set(3, Infinity);
    // The first save comes only after the failures.
    const bench = await node.deploy(
      { wires: [['to-failing-behind'], ['out1']], retries: 2, saveInterval: 1000 },
      2,
    );
    const [failure] = await bench.received(1, 1);
    assert.equal((failure!.payload as { n: number }).n, 3);
    await node.positionIs(last);
    // What passed the first time was called back or came again; in the end each has come after the last way back.
    assert.deepEqual(numbers(bench.outputs[0]!).slice(-5), [0, 1, 2, 4, 5]);
  });
});
