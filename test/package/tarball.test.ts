import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pack, removeDirectory, type Tarball } from '../helpers/InstalledNodeRed';
import { examples } from './examples';
import { nodeSets, root } from './manifest';

describe('tarball', () => {
  let folder: string;
  let tarball: Tarball;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'streamcut-pack-'));
    tarball = await pack(root, folder);
  });
  after(() => removeDirectory(folder));

  it('holds the package description, licence, readme and changelog', () => {
    for (const file of ['package.json', 'LICENSE', 'README.md', 'CHANGELOG.md']) {
      assert.ok(tarball.contents.includes(file), file);
    }
  });

  for (const { type } of nodeSets) {
    it(`holds both halves of ${type}, its texts and its icon`, () => {
      const at = `dist/nodes/${type}`;
      const files = [`${at}/${type}.js`, `${at}/${type}.html`];
      const texts = ['json', 'html'].map((extension) => `${at}/locales/en-US/${type}.${extension}`);
      for (const file of [...files, ...texts]) assert.ok(tarball.contents.includes(file), file);
      const isConfig = !tarball.contents.some((file) => file.startsWith(`${at}/icons/`));
      assert.ok(!isConfig || type === 'aws-connection', `${type} has no icon`);
    });
  }

  it('holds every example, for the import menu', () => {
    assert.ok(examples.length > 0);
    for (const { name } of examples) assert.ok(tarball.contents.includes(`examples/${name}.json`), name);
  });

  it('holds nothing that a user has no use for', () => {
    const kinds =
      /^(package\.json|LICENSE|README\.md|CHANGELOG\.md|examples\/[^/]+\.json|dist\/(lib|nodes)\/.*\.(js|json|html|svg)|dist\/lib\/random-cut-forest\/.+\.(mjs|d\.ts|d\.mts)|dist\/lib\/aws\/vendor\/clients\.LICENSES\.txt)$/;
    assert.deepEqual(
      tarball.contents.filter((file) => !kinds.test(file)),
      [],
    );
  });

  it('names the packages that the bundled clients consist of, with their licences', async () => {
    const notice = await readFile(path.join(root, 'dist/lib/aws/vendor/clients.LICENSES.txt'), 'utf8');
    for (const name of ['@aws-sdk/client-dynamodb', '@aws-sdk/client-s3', '@smithy/core', 'mnemonist']) {
      assert.match(notice, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\([\\w.-]+\\)$`, 'm'));
    }
    assert.match(notice, /Apache License/);
    assert.match(notice, /The MIT License/);
  });

  it('comes out the same when npm builds it from a git clone', async () => {
    const clone = path.join(folder, 'clone');
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${root}`, clone], { stdio: 'pipe' });
    // The tools are those of this checkout; installing them again would test npm and the network.
    await symlink(path.join(root, 'node_modules'), path.join(clone, 'node_modules'), 'dir');
    const built = await pack(clone, clone, true);
    assert.deepEqual(built.contents, tarball.contents);
  });
});
