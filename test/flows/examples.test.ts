import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exampleFlow, nodeOfType, type FlowNode } from '../../local/exampleFlows';
import { NodeRed } from '../../local/NodeRed';
import { startServices, type LocalServices } from '../../local/services';
import type { Notification } from '../../local/sns';
import { until } from '../helpers/until';

/** A whole example in a real Node-RED, on a local Kinesis and SNS. */
class RunningExample {
  readonly notifications: Notification[] = [];
  readonly errors: string[] = [];
  readonly statuses = new Map<string, string>();
  /** all texts of statuses, in their order */
  readonly shown: string[] = [];
  private services!: LocalServices;
  private nodeRed!: NodeRed;
  private userDir!: string;

  constructor(private readonly flow: readonly FlowNode[]) {}

  async start(streams: readonly string[], shards: number): Promise<void> {
    this.userDir = await mkdtemp(path.join(tmpdir(), 'streamcut-test-'));
    this.services = await startServices(
      streams,
      (notification) => this.notifications.push(notification),
      shards,
    );
    this.nodeRed = await NodeRed.start({
      userDir: this.userDir,
      flows: this.flow,
      env: this.services.env,
      onLog: (line) => {
        if (/\[error\]/.test(line)) this.errors.push(line);
      },
      onStatus: (id, text) => {
        this.statuses.set(id, text);
        this.shown.push(text);
      },
    });
    await this.nodeRed.press(nodeOfType(this.flow, 'inject').id);
  }

  statusOf(type: string): string {
    return this.statuses.get(nodeOfType(this.flow, type).id) ?? '';
  }

  until(condition: () => boolean, what: string, timeout = 90_000): Promise<void> {
    return until(condition, () => `${what}: ${JSON.stringify([...this.statuses.values()])}`, timeout);
  }

  async close(): Promise<void> {
    await this.nodeRed?.close();
    await this.services?.close();
    await rm(this.userDir, { recursive: true, force: true });
  }
}

/** The example with other settings in its nodes of one type. */
function changed(flow: readonly FlowNode[], type: string, settings: object): FlowNode[] {
  return flow.map((node) => (node.type === type ? { ...node, ...settings } : node));
}

describe('the example flows, end to end', function () {
  this.timeout(120_000);
  let running: RunningExample | undefined;

  const run = async (flow: FlowNode[], streams: readonly string[], shards = 1) => {
    running = new RunningExample(flow);
    await running.start(streams, shards);
    return running;
  };
  afterEach(() => running?.close());

  const finished = (example: RunningExample) => () =>
    example.statusOf('stream-simulator').startsWith('finished');

  it('clickstream-ctr notifies once of the 50 % phase, in the published words', async () => {
    const flow = changed(exampleFlow('clickstream-ctr'), 'stream-simulator', { speed: 150, repeat: false });
    const example = await run(flow, ['clickstream']);
    await example.until(finished(example), 'the end of the data');
    await example.until(
      () => Number(/of (\d+)/.exec(example.statusOf('score-threshold'))?.[1]) >= 48,
      'the last window that is over',
    );
    assert.equal(example.notifications.length, 1, JSON.stringify(example.notifications));
    const { subject, message } = example.notifications[0]!;
    assert.equal(subject, 'Anomaly Detected');
    const found =
      /^Anomaly detected with a click through rate of ([\d.]+)% and an anomaly score of ([\d.]+)$/.exec(
        message,
      );
    assert.ok(found, message);
    assert.ok(Number(found[1]) > 35, message);
    assert.ok(Number(found[2]) > 2 && Number(found[2]) < Math.log2(13), message);
    assert.deepEqual(example.errors, []);
  });

  it('clickstream-ctr notifies of a phase without clicks too, as a low rate', async () => {
    const slump = {
      pace: 20,
      passes: 5000,
      speed: 150,
      repeat: false,
      anomalies: [{ from: 4000, length: 400, value: 0, target: '' }],
    };
    const flow = changed(
      changed(exampleFlow('clickstream-ctr'), 'stream-simulator', slump),
      'score-threshold',
      { direction: 'low' },
    );
    const example = await run(flow, ['clickstream']);
    await example.until(() => example.notifications.length > 0, 'a notification');
    assert.match(
      example.notifications[0]!.message,
      /click through rate of 0% and an anomaly score of [23]\./,
    );
    assert.deepEqual(example.errors, []);
  });

  it('vpc-flow-logs tells spike and outage with their directions and sets corrupt records aside', async () => {
    const flow = changed(exampleFlow('vpc-flow-logs'), 'stream-simulator', {
      speed: 8000,
      repeat: false,
      passes: 1000,
    });
    const example = await run(flow, ['vpc-flow-logs']);
    await example.until(() => example.notifications.length >= 2, 'two notifications');
    await example.until(
      () => example.statusOf('stream-simulator').startsWith('finished'),
      'the end of the data',
    );
    const subjects = example.notifications.map(({ subject }) => subject);
    assert.deepEqual(subjects, [
      'VPC traffic HIGH on eni-0a1b2c3d4e5f60001',
      'VPC traffic LOW on eni-0a1b2c3d4e5f60002',
    ]);
    assert.match(
      example.notifications[0]!.message,
      /unusually much traffic: [\d,]+ bytes .* \(bytes \d\.\d\d HIGH, packets \d\.\d\d HIGH\)/,
    );
    assert.match(example.notifications[1]!.message, /unusually little traffic: .* LOW/);
    assert.match(example.statusOf('gzip-decode'), /failed/);
    assert.deepEqual(example.errors, []);
  });

  it('two-stage names the site of the 50 % phase, though every shard holds records of every site', async () => {
    const flow = changed(exampleFlow('two-stage'), 'stream-simulator', { speed: 25, repeat: false });
    const example = await run(flow, ['visits', 'visits-by-site'], 3);
    await example.until(() => example.notifications.length > 0, 'a notification');
    await example.until(finished(example), 'the end of the data');
    assert.deepEqual(
      example.notifications.map(({ subject }) => subject),
      ['Unusual click rate on www.example.com'],
    );
    const { message } = example.notifications[0]!;
    const found =
      /^www\.example\.com: ([\d.]+)% of (\d+) impressions were clicked, an anomaly score of /.exec(message);
    assert.ok(found, message);
    assert.ok(Number(found[1]) > 25 && Number(found[2]) > 25, message);
    assert.doesNotMatch([...example.statuses.values()].join(), / late/);
    assert.deepEqual(example.errors, []);
  });

  it('metrics-detector tells of incidents in the orders and the latency of a shop', async () => {
    const flow = changed(exampleFlow('metrics-detector'), 'stream-simulator', { speed: 1_000_000 });
    const example = await run(flow, []);
    await example.until(finished(example), 'the end of the data');
    const told = (measure: string) => example.shown.some((text) => text.startsWith(`Anomaly: ${measure}, `));
    await example.until(() => told('orders') && told('latency'), 'incidents of both measures');
    assert.match(example.statusOf('metrics-detector'), /48 series/);
    assert.deepEqual(example.errors, []);
  });
});
