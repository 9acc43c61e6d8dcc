import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import awsConnection from '../../nodes/aws-connection';
import kinesisIn from '../../nodes/kinesis-in';
import tumblingWindow from '../../nodes/tumbling-window';
import { startDynamoDb } from '../../local/dynamodb';
import type { Fault } from '../../local/faults';
import { startKinesisMock } from '../../local/kinesis';
import { startS3 } from '../../local/s3';
import { localConnection } from '../helpers/connection';
import { useEnvironment } from '../helpers/environment';
import { eventWindows } from '../helpers/eventWindows';
import { useKinesis, type KinesisFixture } from '../helpers/kinesis';
import { Bench, useNodeRed, type Received } from '../helpers/nodeRed';
import { until } from '../helpers/until';

/** Windows of a second behind the stream, which wait for a silent shard for a second. */
function deploy({ proxy, stream }: KinesisFixture, config: object = {}): Promise<Bench> {
  // Where everything is on this machine stands in the environment.
  const { node, credentials } = localConnection('');
  process.env.AWS_ENDPOINT_URL_KINESIS = proxy.endpoint;
  const wait = { idleWait: 200, discoveryInterval: 200 };
  const reading = { type: 'kinesis-in', aws: node.id, stream, format: 'json', ...wait, ...config };
  const windows = eventWindows('windows', [['out0'], ['out1']], { idleTimeout: 1000 });
  return Bench.deploy(
    [awsConnection, kinesisIn, tumblingWindow],
    { ...reading, wires: [['windows']] },
    { extra: [node, windows], credentials, outputs: 2 },
  );
}

/** The records of each window that closed. */
const counts = (bench: Bench) =>
  bench.outputs[0]!.map((msg: Received) => (msg.window as { count: number }).count);

describe('tumbling-window behind kinesis-in: silence that nobody has seen', function () {
  this.timeout(60_000);
  useNodeRed();
  const setEnvironment = useEnvironment(/^AWS_/);
  const kinesis = useKinesis();
  const t0 = Date.UTC(2026, 0, 1);
  const put = (key: string, ms: number) => kinesis.put([{ key, data: JSON.stringify({ t: t0 + ms }) }]);
  const reads = () => kinesis.proxy.count('GetRecords');

  /** Nothing can be read for longer than the idle timeout, while a record of the open window comes. */
  const stalled = async (bench: Bench, fault: Fault) => {
    await until(() => reads() >= 3, 'silence to begin');
    kinesis.proxy.inject(fault, { operation: 'GetRecords', times: fault.kind === 'delay' ? 1 : 1000 });
    const before = reads();
    await until(() => reads() > before, 'the fault');
    await put('a', 200);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    kinesis.proxy.heal();
    await bench.until(() => bench.outputs.flat().length > 0, 'the window', 20_000);
    assert.deepEqual([counts(bench), bench.outputs[1]], [[2], []]);
  };

  for (const [what, fault] of [
    ['hangs', { kind: 'delay', ms: 3000 }],
    ['is throttled', { kind: 'throttle' }],
    ['breaks', { kind: 'drop', moment: 'before' }],
  ] as const) {
    it(`closes no window of a shard whose reading ${what} for longer than the idle timeout`, async () => {
      await kinesis.create();
      await put('a', 100);
      const bench = await deploy(kinesis);
      await stalled(bench, fault);
    });
  }

  it('waits in the same way for a shard that instances share, and closes its windows when it has seen silence', async () => {
    const [dynamodb, s3] = await Promise.all([startDynamoDb(), startS3()]);
    try {
      await s3.createBucket('states');
      setEnvironment({
        AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
        AWS_ENDPOINT_URL_S3: s3.endpoint,
      });
      await kinesis.create();
      await put('a', 100);
      const sharing = { sharing: 'leases', application: 'idle', stateBucket: 'states' };
      const bench = await deploy(kinesis, sharing);
      await stalled(bench, { kind: 'delay', ms: 3000 });
      await helper.unload();
    } finally {
      await Promise.all([dynamodb.close(), s3.close()]);
    }
  });

  it('closes them once reading has seen the silence', async () => {
    await kinesis.create(2);
    await put('a', 100);
    const bench = await deploy(kinesis);
    await bench.received(1);
    assert.deepEqual(counts(bench), [1]);
  });
});

describe('tumbling-window behind kinesis-in with enhanced fan-out', function () {
  this.timeout(60_000);
  useNodeRed();
  useEnvironment(/^AWS_/);
  const kinesis = useKinesis(startKinesisMock);

  it('closes the last windows when the events of the subscriptions have shown silence', async () => {
    await kinesis.create(2);
    await kinesis.put([{ key: 'a', data: JSON.stringify({ t: 100 }) }]);
    const bench = await deploy(kinesis, { consumption: 'enhanced-fan-out' });
    await bench.until(() => bench.outputs[0]!.length > 0, 'the window', 30_000);
    assert.deepEqual(counts(bench), [1]);
  });
});
