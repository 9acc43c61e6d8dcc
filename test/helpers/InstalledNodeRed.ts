/**
 * The package as a user gets it: packed, installed by npm into a user directory, and loaded by a Node-RED that runs in a
 * process of its own. The second Node-RED version is tested by naming its package in NODE_RED_PACKAGE.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { loopbackSettings, NodeRed } from '../../local/NodeRed';
import { until } from './until';

const run = promisify(execFile);

export interface Tarball {
  readonly file: string;
  /** paths inside the package, sorted */
  readonly contents: readonly string[];
}

/**
 * Packs the package in `folder`, as `npm publish` would.
 * @param build runs `prepare`, as npm does on an install from git; otherwise what stands in dist/ is packed
 */
export async function pack(folder: string, into: string, build = false): Promise<Tarball> {
  const args = ['pack', '--json', '--pack-destination', into, ...(build ? [] : ['--ignore-scripts'])];
  const { stdout } = await npm(args, folder);
  // What `prepare` prints comes first.
  const [packed] = JSON.parse(stdout.slice(stdout.search(/^\[/m))) as [
    { filename: string; files: { path: string }[] },
  ];
  return { file: path.join(into, packed.filename), contents: packed.files.map((entry) => entry.path).sort() };
}

/** An empty user directory in the system's temporary folder, with the tarball installed when one is given. */
export async function createUserDirectory(tarball?: Tarball): Promise<string> {
  const userDir = await mkdtemp(path.join(tmpdir(), 'streamcut-user-'));
  await writeFile(path.join(userDir, 'package.json'), JSON.stringify({ name: 'user', private: true }));
  await writeFile(path.join(userDir, 'settings.js'), `module.exports = ${JSON.stringify(settings)};\n`);
  await mkdir(path.join(userDir, 'lib'));
  if (tarball) await npm(['install', '--no-audit', '--no-fund', '--prefer-offline', tarball.file], userDir);
  return userDir;
}

export async function removeDirectory(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

export type DeploymentType = 'full' | 'flows' | 'nodes';

export class InstalledNodeRed {
  /** every line that Node-RED has logged */
  readonly log: string[] = [];
  /** what a node's status has shown, by the node's id */
  readonly statuses = new Map<string, string[]>();
  private nodeRed!: NodeRed;

  static async start(userDir: string, env: Readonly<Record<string, string>> = {}): Promise<InstalledNodeRed> {
    const installed = new InstalledNodeRed();
    const { log, statuses } = installed;
    installed.nodeRed = await NodeRed.launch({
      userDir,
      env: { ...cleanEnvironment(userDir), ...env },
      onLog: (line) => log.push(line),
      onStatus: (id, text) => text && statuses.set(id, [...(statuses.get(id) ?? []), text]),
    }).catch((error: unknown) => {
      throw new Error(`Node-RED did not start:\n${log.join('\n')}`, { cause: error });
    });
    return installed;
  }

  get url(): string {
    return this.nodeRed.url;
  }

  /** The log's error lines; a node's `node.error` is among them. */
  get errors(): string[] {
    return this.log.filter((line) => line.includes('[error]'));
  }

  async get<T>(pathname: string, accept = 'application/json'): Promise<T> {
    const response = await this.request(pathname, { headers: { accept } });
    return (accept === 'application/json' ? await response.json() : await response.text()) as T;
  }

  async request(pathname: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(this.url + pathname, init);
    if (response.ok) return response;
    throw new Error(
      `${init.method ?? 'GET'} ${pathname} answered ${response.status}: ${await response.text()}`,
    );
  }

  /**
   * Replaces all flows, as the editor's Deploy button does, and waits until they run.
   * @param type what is restarted: everything, the flows that have changed, or the nodes that have changed
   */
  async deploy(flows: readonly object[], type: DeploymentType = 'full'): Promise<void> {
    const started = this.log.length;
    await this.request('/flows', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'node-red-api-version': 'v2',
        'node-red-deployment-type': type,
      },
      body: JSON.stringify({ flows }),
    });
    await until(() => this.hasStartedFlows(started), 'the flows to start');
  }

  /** Waits until the flows run that were in the user directory. */
  async flowsStarted(): Promise<void> {
    await until(() => this.hasStartedFlows(0), 'the flows to start');
  }

  /** Lets Node-RED stop its flows, and ends the process when it does not. */
  async stop(): Promise<void> {
    await this.nodeRed.close();
  }

  /** Ends the process at once, as a crash does. */
  async kill(): Promise<void> {
    await this.nodeRed.kill();
  }

  /** Holds the process, as a machine does that sleeps. */
  suspend(): void {
    this.nodeRed.suspend();
  }

  resume(): void {
    this.nodeRed.resume();
  }

  private hasStartedFlows(since: number): boolean {
    return this.log
      .slice(since)
      .some((line) => /Started (modified )?(flows|nodes)|Waiting for missing types/.test(line));
  }
}

const settings = {
  ...loopbackSettings,
  externalModules: { palette: { allowInstall: true, allowUpload: true } },
  editorTheme: { ...loopbackSettings.editorTheme, projects: { enabled: false } },
};

/** The machine's environment without its AWS settings, and without those that npm gives to the scripts that it runs. */
function cleanEnvironment(userDir: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^AWS_|^STREAMCUT_|^NODE_RED_|^npm_(package|lifecycle|config_local_prefix)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: path.join(userDir, 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(userDir, 'no-aws-credentials'),
  };
}

function npm(args: readonly string[], cwd: string): Promise<{ stdout: string; stderr: string }> {
  return run('npm', args, { cwd, env: cleanEnvironment(cwd), maxBuffer: 64 * 1024 * 1024 });
}
