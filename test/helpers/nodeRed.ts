/** Runs nodes of ours in a real Node-RED: deploys a flow, sends messages in, collects what comes out and what fails. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Node, NodeAPI, NodeInitializer } from 'node-red';
import helper from 'node-red-node-test-helper';
import { until } from './until';

type Json = Record<string, unknown>;
export type Received = Json & { payload?: unknown };

// A second Node-RED version is tested with the same specs by naming its package here.
const nodeRed = process.env.NODE_RED_PACKAGE ?? require.resolve('node-red');
helper.init(nodeRed);

/** The hooks of the Node-RED that runs the tests. */
export const { hooks } = require(nodeRed) as Pick<NodeAPI, 'hooks'>;

/** The runtime gives every node its hooks; the helper's stand-in for the runtime leaves them out. */
function provideHooks(RED: NodeAPI): void {
  Object.assign(RED, { hooks });
}

export interface FailedMessage {
  readonly message: string;
  readonly msg: Received;
}

/** One deployed node under test with a collector on each output and a Catch node beside it. */
export class Bench {
  readonly outputs: Received[][] = [];
  readonly failures: FailedMessage[] = [];
  readonly completed: Received[] = [];

  /**
   * @param initializers node modules to load
   * @param config the node under test; `id` and `z` are added
   * @param extra further nodes, such as configuration nodes and their credentials
   */
  static async deploy(
    initializers: NodeInitializer | NodeInitializer[],
    config: Json & { type: string },
    options: { outputs?: number; extra?: Json[]; credentials?: Json } = {},
  ): Promise<Bench> {
    const bench = new Bench();
    const outputs = options.outputs ?? 1;
    const collectors = Array.from({ length: outputs }, (_, index) => ({
      id: `out${index}`,
      z: 'flow',
      type: 'helper',
    }));
    await helper.load(
      [provideHooks, initializers].flat(),
      [
        { id: 'flow', type: 'tab', label: 'test' },
        { id: 'node', z: 'flow', wires: collectors.map(({ id }) => [id]), ...config },
        ...collectors,
        { id: 'catch-node', z: 'flow', type: 'catch', scope: null, uncaught: false, wires: [['caught']] },
        { id: 'caught', z: 'flow', type: 'helper' },
        {
          id: 'complete-node',
          z: 'flow',
          type: 'complete',
          scope: ['node'],
          uncaught: false,
          wires: [['completed']],
        },
        { id: 'completed', z: 'flow', type: 'helper' },
        ...(options.extra ?? []),
      ] as never,
      (options.credentials ?? {}) as never,
    );
    collectors.forEach(({ id }, index) => {
      bench.outputs[index] = [];
      listen(id, (msg) => bench.outputs[index]!.push(msg));
    });
    listen('caught', (msg) => bench.failures.push({ message: String((msg.error as Json).message), msg }));
    listen('completed', (msg) => bench.completed.push(msg));
    return bench;
  }

  get node(): Node {
    return helper.getNode('node') as unknown as Node;
  }

  /** Sends messages one after the other, without waiting for what they cause. */
  send(...messages: object[]): void {
    for (const message of messages) this.node.receive(message as never);
  }

  /** Waits until `condition` holds; fails with `what` after `timeout` ms, which is half a minute. */
  until(condition: () => boolean, what = 'the expected messages', timeout?: number): Promise<void> {
    return until(condition, () => `${what}: ${JSON.stringify(this.summary())}`, timeout);
  }

  /** Waits for `count` messages on an output and returns all that have come. */
  async received(count: number, output = 0): Promise<Received[]> {
    await this.until(() => this.outputs[output]!.length >= count, `${count} messages on output ${output}`);
    return this.outputs[output]!;
  }

  async failed(count: number): Promise<FailedMessage[]> {
    await this.until(() => this.failures.length >= count, `${count} failures`);
    return this.failures;
  }

  /** Waits until the node has said done() for `count` messages, without an error. */
  async done(count: number): Promise<Received[]> {
    await this.until(() => this.completed.length >= count, `${count} completed messages`);
    return this.completed;
  }

  private summary(): object {
    return {
      outputs: this.outputs.map((messages) => messages.length),
      completed: this.completed.length,
      failures: this.failures.map(({ message }) => message).slice(0, 5),
    };
  }
}

/** Deploys, stops and unloads around every test of a suite. Call it in the suite's body. */
export function useNodeRed(): void {
  let userDir: string;
  before((done) => void helper.startServer(done));
  // What nodes remember of one test must not be there in the next.
  beforeEach(() => {
    userDir = mkdtempSync(path.join(os.tmpdir(), 'user-dir-'));
    helper.settings({ userDir } as never);
  });
  afterEach(async () => {
    await helper.unload();
    rmSync(userDir, { recursive: true });
  });
  after((done) => void helper.stopServer(done));
}

/** Errors that the node logged outside of any message. */
export function loggedErrors(): string[] {
  return logged(20);
}

export function loggedWarnings(): string[] {
  return logged(30);
}

function logged(level: number): string[] {
  return helper
    .log()
    .args.flat()
    .filter((entry: { level: number; type?: string }) => entry.level === level && entry.type !== undefined)
    .map(({ msg }: { msg: string | Error }) => (typeof msg === 'string' ? msg : msg.message));
}

function listen(id: string, take: (msg: Received) => void): void {
  helper.getNode(id).on('input', ((msg: Received) => take(msg)) as never);
}
