import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

const repository = path.dirname(__dirname);
const startTimeout = 60_000;
const stopTimeout = 20_000;

export interface LaunchOptions {
  readonly userDir: string;
  /** preferred port; another free one is taken when it is busy */
  readonly port?: number;
  /** the whole environment of the process */
  readonly env: NodeJS.ProcessEnv;
  /** one line of Node-RED's log */
  readonly onLog?: (line: string) => void;
  /** a node's status changed; `id` is the node's */
  readonly onStatus?: (id: string, text: string) => void;
}

export interface StartOptions extends Omit<LaunchOptions, 'env'> {
  /** the flows to run, as the editor exports them */
  readonly flows: readonly object[];
  /** variables beside those of this process */
  readonly env?: Readonly<Record<string, string>>;
}

/** A real Node-RED in a process of its own, on loopback. */
export class NodeRed {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly comms: WebSocket,
  ) {}

  /** Runs flows with this package linked into the user directory, which must be empty. */
  static async start({ flows, env, ...options }: StartOptions): Promise<NodeRed> {
    await fillUserDirectory(options.userDir, flows);
    return NodeRed.launch({ ...options, env: { ...process.env, ...env } });
  }

  /** Runs what is in the user directory. */
  static async launch({ userDir, env, onLog, onStatus, ...options }: LaunchOptions): Promise<NodeRed> {
    const port = await freePort(options.port);
    const child = spawn(process.execPath, [redScript(), '-u', userDir, '-p', String(port)], {
      cwd: userDir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => onLog?.(line));
    }
    // It must not outlive this process, also when that ends before Node-RED is up.
    const endWithParent = () => child.kill('SIGKILL');
    process.once('exit', endWithParent);
    child.once('exit', () => process.off('exit', endWithParent));
    const url = `http://127.0.0.1:${port}`;
    try {
      await untilUp(url, child);
      return new NodeRed(url, child, await listen(url, onStatus));
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Presses the button of an inject node; waits for the node, since Node-RED answers before it has started its flows. */
  async press(injectId: string): Promise<void> {
    const end = Date.now() + startTimeout;
    for (;;) {
      const { ok, status } = await fetch(`${this.url}/inject/${injectId}`, { method: 'POST' });
      if (ok) return;
      if (status !== 404 || Date.now() > end) {
        throw new Error(`inject node ${injectId} answered ${status}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Lets Node-RED stop its flows; ends the process when it has not done so in time. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), stopTimeout);
    await this.end('SIGTERM');
    clearTimeout(timer);
  }

  /** Ends the process at once, as a crash does. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Holds the process in the middle of what it does, as a machine does that sleeps. */
  suspend(): void {
    this.child.kill('SIGSTOP');
  }

  /** Lets a suspended process go on. */
  resume(): void {
    this.child.kill('SIGCONT');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    this.comms.terminate();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await exited;
  }
}

/** Makes an empty directory a user directory with these flows, and with this package linked into it. */
export async function fillUserDirectory(userDir: string, flows: readonly object[]): Promise<void> {
  const scope = path.join(userDir, 'node_modules', '@streamcut');
  await mkdir(scope, { recursive: true });
  await symlink(repository, path.join(scope, 'node-red-anomaly'), 'dir');
  await writeFile(
    path.join(userDir, 'package.json'),
    JSON.stringify({ name: 'streamcut-local', private: true }),
  );
  await writeFile(path.join(userDir, 'flows.json'), JSON.stringify(flows, null, 2));
  await writeFile(
    path.join(userDir, 'settings.js'),
    `module.exports = ${JSON.stringify(loopbackSettings, null, 2)};\n`,
  );
}

/** Loopback only, and none of the calls that an editor makes to hosts outside. */
export const loopbackSettings = {
  uiHost: '127.0.0.1',
  flowFile: 'flows.json',
  credentialSecret: randomUUID(),
  telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: 'info', metrics: false, audit: false } },
  editorTheme: {
    tours: false,
    palette: { catalogues: [] },
    codeEditor: { lib: 'ace' },
  },
};

async function untilUp(url: string, child: ChildProcess): Promise<void> {
  const end = Date.now() + startTimeout;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`Node-RED stopped with exit code ${child.exitCode}`);
    const response = await fetch(`${url}/settings`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Node-RED did not come up within ${startTimeout / 1000} s`);
}

/** The editor's own event channel: the only way to see a node's status from outside. */
async function listen(url: string, onStatus: LaunchOptions['onStatus']): Promise<WebSocket> {
  const comms = new WebSocket(`${url.replace('http', 'ws')}/comms`);
  await new Promise((resolve, reject) => comms.once('open', resolve).once('error', reject));
  comms.on('message', (data: Buffer) => {
    const events = JSON.parse(data.toString()) as { topic: string; data?: { text?: string } }[];
    for (const { topic, data } of [events].flat()) {
      if (topic.startsWith('status/')) onStatus?.(topic.slice('status/'.length), data?.text ?? '');
    }
  });
  comms.send(JSON.stringify({ subscribe: 'status/#' }));
  return comms;
}

/** Node-RED's start script; another version than the installed one runs by naming its package in NODE_RED_PACKAGE. */
function redScript(): string {
  const main = process.env.NODE_RED_PACKAGE ?? require.resolve('node-red');
  return path.resolve(path.dirname(main), '..', 'red.js');
}

/** `preferred` when nothing listens there, otherwise any free port of the loopback interface. */
async function freePort(preferred = 0): Promise<number> {
  const port = await new Promise<number | undefined>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(preferred, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
  return port ?? (await freePort());
}
