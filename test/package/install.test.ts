/** The packed package in a real Node-RED: installed by npm, and by the palette manager. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  createUserDirectory,
  InstalledNodeRed,
  pack,
  removeDirectory,
  type Tarball,
} from '../helpers/InstalledNodeRed';
import { until } from '../helpers/until';
import { startDynamoDb } from '../../local/dynamodb';
import { startS3 } from '../../local/s3';
import { startServices, type LocalServices } from '../../local/services';
import { examples, exampleStreams } from './examples';
import { manifest, nodeSets, root } from './manifest';

interface LoadedSet {
  readonly module: string;
  readonly name: string;
  readonly types: readonly string[];
  readonly enabled: boolean;
  readonly err?: string;
}

const exampleMenu = `/library/examples/flows/${manifest.name}`;
const types = nodeSets.map(({ type }) => type).sort();

const run = promisify(execFile);

/** What the package's own code does with tables and buckets, with the credentials of the environment. */
const useOfLeases = `
  const lib = '${manifest.name}/dist/lib/aws/';
  const { AwsConnection } = require(lib + 'AwsConnection.js');
  const { LeaseTable } = require(lib + 'leases/LeaseTable.js');
  const { StateObjects } = require(lib + 'leases/StateObjects.js');
  const { realTiming } = require(lib + 'kinesis/timing.js');
  for (const name of ['@aws-sdk/client-dynamodb', '@aws-sdk/client-s3']) {
    try { require.resolve(name); } catch { console.log('no ' + name); }
  }
  (async () => {
    const connection = new AwsConnection({ auth: 'default', region: '', endpoint: '' });
    const { signal } = new AbortController();
    const table = new LeaseTable(() => connection.dynamodb(), 'application');
    await table.ensure(realTiming, signal);
    console.log('leases: ' + (await table.list(signal)).length);
    const objects = new StateObjects(() => connection.s3(), 'state', '');
    await objects.put('key', Buffer.from('body'), signal);
    console.log('state: ' + (await objects.get('key', signal)).length + ' bytes');
    await connection.close();
  })();`;

async function ownSets(nodeRed: InstalledNodeRed): Promise<LoadedSet[]> {
  return (await nodeRed.get<LoadedSet[]>('/nodes')).filter(({ module }) => module === manifest.name);
}

function assertAllRegistered(sets: readonly LoadedSet[]): void {
  assert.deepEqual(
    sets.filter(({ enabled, err }) => !enabled || err),
    [],
  );
  assert.deepEqual(sets.flatMap((set) => set.types).sort(), types);
}

describe('installed package', () => {
  let folder: string;
  let tarball: Tarball;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'streamcut-pack-'));
    tarball = await pack(root, folder);
  });
  after(() => removeDirectory(folder));

  describe('by npm in the user directory', () => {
    let userDir: string;
    let services: LocalServices;
    let nodeRed: InstalledNodeRed;
    before(async () => {
      services = await startServices(exampleStreams, () => undefined);
      userDir = await createUserDirectory(tarball);
      nodeRed = await InstalledNodeRed.start(userDir, services.env);
    });
    after(async () => {
      await nodeRed?.stop();
      await services?.close();
      await removeDirectory(userDir);
    });

    it('registers every type, without an error in the log', async () => {
      assertAllRegistered(await ownSets(nodeRed));
      assert.deepEqual(nodeRed.errors, []);
    });

    for (const { type, folder: built } of nodeSets) {
      it(`serves dialog, help, texts and icon of ${type}`, async () => {
        const html = await nodeRed.get<string>(`/nodes/${manifest.name}/${type}`, 'text/html');
        assert.match(html, new RegExp(`data-template-name="${type}"`));
        assert.match(html, new RegExp(`data-help-name="${type}"`));
        const texts = await nodeRed.get<object>(`/locales/${manifest.name}/${type}?lng=en-US`);
        assert.ok(type in texts, `texts hold only ${Object.keys(texts).join(', ')}`);
        const icon = /icon: "([^"]+\.svg)"/.exec(html)?.[1];
        if (!icon) return;
        const served = await nodeRed.get<string>(`/icons/${manifest.name}/${icon}`, 'image/*');
        assert.equal(served, await readFile(path.join(built, 'icons', icon), 'utf8'));
      });
    }

    it('shows every example in the import menu', async () => {
      const menu = JSON.stringify(await nodeRed.get<object>(`${exampleMenu}/`));
      for (const { name } of examples) assert.ok(menu.includes(JSON.stringify(name)), `${name} in ${menu}`);
    });

    for (const { name, nodes } of examples) {
      it(`deploys the example ${name} without an error`, async () => {
        const served = await nodeRed.get<object[]>(encodeURI(`${exampleMenu}/${name}`));
        assert.deepEqual(served, nodes);
        const logged = nodeRed.log.length;
        await nodeRed.deploy(served);
        const since = nodeRed.log.slice(logged);
        assert.deepEqual(
          since.filter((line) => /\[(error|fatal)\]|missing types/.test(line)),
          [],
        );
      });
    }

    it('brings along the clients for leases, which no dependency gives it', async () => {
      const [dynamodb, s3] = await Promise.all([startDynamoDb(), startS3()]);
      try {
        await s3.createBucket('state');
        const env = {
          PATH: process.env.PATH,
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
          AWS_ENDPOINT_URL_S3: s3.endpoint,
        };
        const { stdout } = await run(process.execPath, ['--eval', useOfLeases], { cwd: userDir, env });
        assert.deepEqual(stdout.trim().split('\n'), [
          'no @aws-sdk/client-dynamodb',
          'no @aws-sdk/client-s3',
          'leases: 0',
          'state: 4 bytes',
        ]);
      } finally {
        await Promise.all([dynamodb.close(), s3.close()]);
      }
    });

    it('stops without an error and starts again with the flows that were deployed', async () => {
      await nodeRed.stop();
      assert.deepEqual(nodeRed.errors, []);
      nodeRed = await InstalledNodeRed.start(userDir, services.env);
      await until(() => nodeRed.log.some((line) => line.includes('Started flows')), 'the flows to start');
      assertAllRegistered(await ownSets(nodeRed));
    });
  });

  describe('by the palette manager in a running Node-RED', () => {
    let userDir: string;
    let nodeRed: InstalledNodeRed;
    before(async () => {
      userDir = await createUserDirectory();
      nodeRed = await InstalledNodeRed.start(userDir);
    });
    after(async () => {
      await nodeRed?.stop();
      await removeDirectory(userDir);
    });

    it('registers every type of an uploaded tarball, with no restart', async () => {
      const form = new FormData();
      form.append('tarball', new Blob([await readFile(tarball.file)]), path.basename(tarball.file));
      await nodeRed.request('/nodes', { method: 'POST', body: form });
      assertAllRegistered(await ownSets(nodeRed));
    });

    it('takes every type out again', async () => {
      await nodeRed.request(`/nodes/${manifest.name}`, { method: 'DELETE' });
      assert.deepEqual(await ownSets(nodeRed), []);
      assert.deepEqual(nodeRed.errors, []);
    });
  });
});
