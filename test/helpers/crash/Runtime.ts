import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fillUserDirectory } from '../../../local/NodeRed';
import { InstalledNodeRed, type DeploymentType } from '../InstalledNodeRed';
import type { FlowNodes } from './flow';

/** A Node-RED with a user directory of its own that ends and starts again, any number of times. */
export class Runtime {
  private readonly earlier: string[] = [];
  private nodeRed: InstalledNodeRed | undefined;

  private constructor(
    readonly userDir: string,
    private flows: FlowNodes,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** @param flows are deployed at the first start */
  static async create(flows: FlowNodes, env: Readonly<Record<string, string>>): Promise<Runtime> {
    const userDir = await mkdtemp(path.join(tmpdir(), 'streamcut-crash-'));
    await fillUserDirectory(userDir, flows);
    return new Runtime(userDir, flows, env);
  }

  get isRunning(): boolean {
    return this.nodeRed !== undefined;
  }

  get stateFolder(): string {
    return path.join(this.userDir, 'streamcut', 'state');
  }

  /** The status texts that a node has shown in the present process. */
  statusesOf(id: string): readonly string[] {
    return this.running.statuses.get(id) ?? [];
  }

  /** Every line that any of its processes has logged. */
  get lines(): readonly string[] {
    return [...this.earlier, ...(this.nodeRed?.log ?? [])];
  }

  /** Log lines that no run may have: errors, and what the flow's debug nodes print of what went wrong. */
  get complaints(): readonly string[] {
    return this.lines.filter((line) => /\[error\]|\[debug:/.test(line));
  }

  /** Starts the process and waits until the flows run. */
  async start(): Promise<void> {
    const env = { ...this.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
    this.nodeRed = await InstalledNodeRed.start(this.userDir, env);
    await this.nodeRed.flowsStarted();
  }

  /** SIGKILL: nothing can be saved any more. */
  async kill(): Promise<void> {
    await this.running.kill();
    this.keepLog();
  }

  /** SIGTERM: the flows are stopped, and nodes are asked to close. */
  async stop(): Promise<void> {
    await this.running.stop();
    this.keepLog();
  }

  /** SIGSTOP: nothing goes on until `resume`. */
  suspend(): void {
    this.running.suspend();
  }

  resume(): void {
    this.running.resume();
  }

  /** Deploys the flows with other settings in one node, which makes that node, its flow or all nodes begin anew. */
  async redeploy(type: DeploymentType, id: string, settings: object): Promise<void> {
    this.flows = this.flows.map((node) => (node.id === id ? { ...node, ...settings } : node));
    await this.running.deploy(this.flows, type);
  }

  async remove(): Promise<void> {
    await this.nodeRed?.kill();
    await rm(this.userDir, { recursive: true, force: true });
  }

  private get running(): InstalledNodeRed {
    if (!this.nodeRed) throw new Error('Node-RED is not running');
    return this.nodeRed;
  }

  private keepLog(): void {
    this.earlier.push(...this.running.log);
    this.nodeRed = undefined;
  }
}
