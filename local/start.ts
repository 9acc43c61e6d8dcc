/**
 * `npm start`: Node-RED with the clickstream and the VPC Flow Logs example, on a Kinesis and an SNS of this machine.
 * Nothing leaves loopback, and nothing stays behind.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exampleFlow, nodeOfType, type FlowNode } from './exampleFlows';
import { NodeRed } from './NodeRed';
import { startServices } from './services';
import { Terminal } from './Terminal';

const examples = ['clickstream-ctr', 'vpc-flow-logs'];
/** Also those of the example that can be imported beside them. */
const streams = ['clickstream', 'vpc-flow-logs', 'visits', 'visits-by-site'];
const editorPort = 1880;
/** The nodes whose status tells how far a pipeline is. */
const telling: Readonly<Record<string, string>> = {
  'stream-simulator': 'data',
  'rcf-score': 'model',
  'sns-out': 'notifications',
};

async function start(atEnd: (clean: () => Promise<void>) => void): Promise<void> {
  const terminal = new Terminal();
  console.log('Starting Kinesis, SNS and Node-RED on this machine …');
  const userDir = await mkdtemp(path.join(tmpdir(), 'streamcut-'));
  atEnd(() => rm(userDir, { recursive: true, force: true }));
  const services = await startServices(streams, (notification) => terminal.notification(notification));
  atEnd(() => services.close());
  const flows = examples.map((name) => ({ name, nodes: exampleFlow(name) }));
  const nodeRed = await NodeRed.start({
    userDir,
    port: editorPort,
    flows: withoutRepeats(flows.flatMap(({ nodes }) => nodes)),
    env: services.env,
    onLog: (line) => {
      // What a node says, not what Node-RED says of its own settings.
      if (/\[(warn|error)\] \[/.test(line)) terminal.problem(line);
    },
    onStatus: (id, text) => {
      for (const { name, nodes } of flows) {
        const part = telling[nodes.find((node) => node.id === id)?.type ?? ''];
        if (part) terminal.status(name, part, text);
      }
    },
  });
  atEnd(() => nodeRed.close());
  terminal.welcome({
    Editor: `${nodeRed.url}/`,
    Kinesis: services.kinesisEndpoint,
    SNS: services.snsEndpoint,
  });
  atEnd(() => Promise.resolve(terminal.close()));
  for (const { nodes } of flows) await nodeRed.press(nodeOfType(nodes, 'inject').id);
}

/** Several examples may hold the same configuration node. */
function withoutRepeats(nodes: readonly FlowNode[]): FlowNode[] {
  return [...new Map(nodes.map((node) => [node.id, node])).values()];
}

/** What was started last ends first, also when a signal comes in the middle of the start. */
function main(): void {
  const cleaning: (() => Promise<void>)[] = [];
  let stopping = false;
  const stop = async (exitCode: number) => {
    if (stopping) return;
    stopping = true;
    for (const clean of cleaning.reverse()) await clean().catch(console.error);
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!stopping) console.log('\nStopping …');
      void stop(0);
    });
  }
  start((clean) => cleaning.push(clean)).catch((error: unknown) => {
    console.error(error);
    void stop(1);
  });
}

main();
