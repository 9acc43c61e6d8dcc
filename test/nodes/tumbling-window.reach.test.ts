import assert from 'node:assert/strict';
import type { Node, NodeDef, NodeInitializer } from 'node-red';
import awsConnection from '../../nodes/aws-connection';
import kinesisIn from '../../nodes/kinesis-in';
import tumblingWindow from '../../nodes/tumbling-window';
import { createStream } from '../../local/streams';
import { localConnection } from '../helpers/connection';
import { useEnvironment } from '../helpers/environment';
import { eventWindows } from '../helpers/eventWindows';
import { useKinesis } from '../helpers/kinesis';
import { Bench, useNodeRed } from '../helpers/nodeRed';

/** Windows of the records' own time. */
const windows = (id: string, to: string, config: object = {}) => {
  const aggregates = [{ name: 't', fn: 'min', field: 't', p: 95, where: [] }];
  return eventWindows(id, [[to], []], { idleTimeout: 0, aggregates, ...config });
};

/** Passes on the records that have `mine`. */
const onlyMine: NodeInitializer = (RED) => {
  RED.nodes.registerType('only-mine', function (this: Node, config: NodeDef) {
    RED.nodes.createNode(this, config);
    this.on('input', (msg, send, done) => {
      if ((msg.payload as { mine?: boolean }).mine) send(msg);
      done();
    });
  });
};

describe('tumbling-window to which not all comes that sources read', function () {
  this.timeout(30_000);
  useNodeRed();
  useEnvironment(/^AWS_/);
  const kinesis = useKinesis();
  const t0 = Date.UTC(2026, 0, 1);

  const deploy = (to: string[], extra: object[]) => {
    // Where everything is on this machine stands in the environment.
    const { node: connection, credentials } = localConnection('');
    process.env.AWS_ENDPOINT_URL_KINESIS = kinesis.proxy.endpoint;
    const reading = { aws: connection.id, stream: kinesis.stream, format: 'json', idleWait: 200 };
    return Bench.deploy(
      [awsConnection, kinesisIn, tumblingWindow, onlyMine],
      { type: 'kinesis-in', ...reading, wires: [to] },
      { extra: [connection, ...extra] as never, credentials },
    );
  };
  const put = (...records: { t: number; mine?: boolean }[]) =>
    kinesis.put(
      records.map(({ t, ...more }) => ({ key: 'a', data: JSON.stringify({ t: t0 + t, ...more }) })),
    );
  const counts = (bench: Bench) => bench.outputs[0]!.map((msg) => (msg.window as { count: number }).count);

  it('waits for no shard of a source that feeds another node of its flow', async () => {
    await kinesis.create();
    await createStream(kinesis.client, 'elsewhere');
    const other = { id: 'other', z: 'flow', type: 'kinesis-in', aws: localConnection('').node.id };
    const bench = await deploy(
      ['mine', 'of both'],
      [
        windows('mine', 'out0'),
        windows('of both', 'nobody'),
        { ...other, stream: 'elsewhere', format: 'json', wires: [['of both']] },
      ],
    );
    await put({ t: 100 }, { t: 200 }, { t: 1500 });
    await bench.received(1);
    assert.deepEqual(counts(bench), [2]);
  });

  it('takes a shard for silent of which it gets nothing, though it is full of what is not for it', async () => {
    await kinesis.create();
    const bench = await deploy(
      ['filter'],
      [
        { id: 'filter', z: 'flow', type: 'only-mine', wires: [['windows']] },
        windows('windows', 'out0', { idleTimeout: 1000 }),
      ],
    );
    await put({ t: 100, mine: true });
    const writing = setInterval(() => void put({ t: 200 }), 50);
    try {
      await bench.received(1);
    } finally {
      clearInterval(writing);
    }
    assert.deepEqual(counts(bench), [1]);
  });

  it('goes on by the windows of the one before it, which come from no shard', async () => {
    await kinesis.create(2);
    const bench = await deploy(
      ['first'],
      [windows('first', 'second', { idleTimeout: 500 }), windows('second', 'out0', { size: 5 })],
    );
    await put({ t: 100 }, { t: 1100 }, { t: 6100 }, { t: 12_000 });
    await bench.received(1);
    assert.deepEqual(counts(bench), [2]);
  });
});
