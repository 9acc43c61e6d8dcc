/** The forest as somebody uses it without Node-RED: the document's examples, run as they stand against the built package. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { removeDirectory } from '../helpers/InstalledNodeRed';
import { manifest, root } from './manifest';

const run = promisify(execFile);
const entry = `${manifest.name}/random-cut-forest`;

interface Example {
  readonly title: string;
  readonly kind: string;
  readonly code: string;
  /** what its comments say that it prints */
  readonly prints: readonly string[];
}

function examplesOf(markdown: string): Example[] {
  const fences = /^## (?<title>.+)$|^```(?<kind>[cm]js)\n(?<code>[\s\S]*?)^```$/gm;
  const found: Example[] = [];
  let section = '';
  for (const { groups } of markdown.matchAll(fences)) {
    const { title, kind, code } = groups!;
    if (title !== undefined) section = title;
    else {
      const prints = [...code!.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text!);
      found.push({ title: section, kind: kind!, code: code!, prints });
    }
  }
  return found;
}

describe('the forest without Node-RED', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'streamcut-forest-'));
    const scope = path.join(folder, 'node_modules', path.dirname(manifest.name));
    await mkdir(scope, { recursive: true });
    await symlink(root, path.join(folder, 'node_modules', manifest.name), 'dir');
  });
  after(() => removeDirectory(folder));

  const runFile = async (name: string, code: string) => {
    const file = path.join(folder, name);
    await writeFile(file, code);
    return (await run(process.execPath, [file])).stdout;
  };

  it('runs every example of its document, which prints what its comments say', async () => {
    const document = await readFile(path.join(root, 'docs', 'random-cut-forest.md'), 'utf8');
    const examples = examplesOf(document);
    assert.deepEqual(new Set(examples.map(({ kind }) => kind)), new Set(['mjs', 'cjs']));
    assert.ok(examples.some(({ code }) => code.includes('new Worker(')));
    for (const [index, { title, kind, code, prints }] of examples.entries()) {
      const printed = await runFile(`example${index}.${kind}`, code);
      assert.ok(prints.length > 0, title);
      assert.deepEqual(printed.trimEnd().split('\n'), prints, title);
    }
  });

  it('is one and the same, imported or required', async () => {
    const code = `import * as imported from '${entry}';
      import { createRequire } from 'node:module';
      const required = createRequire(import.meta.url)('${entry}');
      console.log(Object.keys(required).sort().join() === Object.keys(imported).filter((name) => name !== 'default').sort().join());
      console.log(imported.RandomCutForest === required.RandomCutForest);`;
    assert.equal(await runFile('same.mjs', code), 'true\ntrue\n');
  });

  it('needs nothing but itself', async () => {
    const code = `require('${entry}');
      const foreign = Object.keys(require.cache).filter((file) => file !== __filename && !/dist.lib.random-cut-forest/.test(file));
      console.log(foreign.join());`;
    assert.equal(await runFile('alone.cjs', code), '\n');
  });

  it('leaves the files of the package within reach of tools', async () => {
    const code = `console.log(require('${manifest.name}/package.json').name);
      console.log(typeof require('${manifest.name}/${Object.values(manifest['node-red'].nodes)[0]}'));`;
    assert.equal(await runFile('tools.cjs', code), `${manifest.name}\nfunction\n`);
  });

  for (const [module, kind] of [
    [ts.ModuleKind.Node16, ts.ModuleResolutionKind.Node16],
    [ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
    [ts.ModuleKind.CommonJS, ts.ModuleResolutionKind.Node10],
  ] as const) {
    for (const extension of ['ts', 'mts']) {
      it(`has its types for ${ts.ModuleResolutionKind[kind]} in a .${extension} file`, async () => {
        const file = path.join(folder, `typed.${extension}`);
        await writeFile(
          file,
          `import { RandomCutForest, type ForestOptions } from '${entry}';
          const options: ForestOptions = new RandomCutForest({ dimensions: 1 }).options;
          // @ts-expect-error: a record is an array
          new RandomCutForest(options).score('1' as unknown as number);`,
        );
        const program = ts.createProgram([file], {
          module,
          moduleResolution: kind,
          strict: true,
          noEmit: true,
        });
        const problems = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
        assert.deepEqual(problems, []);
      });
    }
  }
});
