// Builds dist/: every runtime file transpiled one to one (so that nodes share one copy of lib/), and each node's
// editor half bundled into the .html that Node-RED's loader expects beside the .js. The forest, which can be imported
// without Node-RED, gets its types and a door for ES modules. What only some flows need is bundled.
import { build } from 'esbuild';
import ts from 'typescript';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildVendor } from './vendor.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, 'dist');
/** Bundled; every other file of lib/ is built one to one. */
const vendors = ['lib/aws/vendor/clients', 'lib/detection/calendar/vendor/ical'].map((file) =>
  path.normalize(file),
);

async function sourceFiles(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'editor.ts')
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !file.startsWith(path.join(root, 'lib', 'editor')) &&
        !vendors.some((vendor) => file === path.join(root, `${vendor}.ts`)),
    );
}

/** nodes/<type>/index.ts becomes dist/nodes/<type>/<type>.js: the loader pairs it with <type>.html by name. */
function outputName(file) {
  const relative = path.relative(root, file).replace(/\.ts$/, '');
  const [folder, type, name] = relative.split(path.sep);
  return folder === 'nodes' && name === 'index' ? path.join(folder, type, type) : relative;
}

async function buildRuntime() {
  const files = [
    ...(await sourceFiles(path.join(root, 'lib'))),
    ...(await sourceFiles(path.join(root, 'nodes'))),
  ];
  await build({
    entryPoints: files.map((file) => ({ in: file, out: outputName(file) })),
    outdir: dist,
    bundle: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
  await copyJson(path.join(root, 'lib', 'settings'));
}

async function copyJson(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
    const from = path.join(entry.parentPath, entry.name);
    await cp(from, path.join(dist, path.relative(root, from)));
  }
}

/** Types of the forest, and a module that passes its exports on: one copy of the code, however it is imported. */
async function buildForestPackage() {
  const source = path.join(root, 'lib', 'random-cut-forest');
  const out = path.join(dist, 'lib', 'random-cut-forest');
  const { options } = ts.getParsedCommandLineOfConfigFile(
    path.join(root, 'tsconfig.json'),
    { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: source, outDir: out },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: console.error },
  );
  const { diagnostics } = ts.createProgram([path.join(source, 'index.ts')], options).emit();
  if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, formatHost));
  for (const file of ['index.mjs', 'index.d.mts']) {
    await writeFile(path.join(out, file), "export * from './index.js';\n");
  }
}

const formatHost = {
  getCurrentDirectory: () => root,
  getCanonicalFileName: (file) => file,
  getNewLine: () => '\n',
};

async function editorScript(file) {
  const result = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
  });
  return result.outputFiles[0].text;
}

/** Every node's catalogue carries the texts that all nodes share: the palette's category and what settings can lack. */
async function buildCatalogue(type, language, file) {
  const read = async (path) => (existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : {});
  const catalogue = {
    ...(await read(path.join(root, 'lib', 'editor', 'locales', `${language}.json`))),
    settings: await read(path.join(root, 'lib', 'settings', 'locales', `${language}.json`)),
    ...(await read(file)),
  };
  const out = path.join(dist, 'nodes', type, 'locales', language, `${type}.json`);
  await mkdir(path.dirname(out), { recursive: true });
  await writeFile(out, JSON.stringify(catalogue, null, 2));
}

async function buildNode(type) {
  const source = path.join(root, 'nodes', type);
  const out = path.join(dist, 'nodes', type);
  const script = await editorScript(path.join(source, 'editor.ts'));
  const template = await readFile(path.join(source, 'editor.html'), 'utf8');
  await writeFile(
    path.join(out, `${type}.html`),
    `<script type="text/javascript">\n${script}</script>\n\n${template.trim()}\n`,
  );
  await cp(path.join(source, 'icons'), path.join(out, 'icons'), { recursive: true });
  for (const language of await readdir(path.join(source, 'locales'))) {
    const from = path.join(source, 'locales', language);
    await buildCatalogue(type, language, path.join(from, `${type}.json`));
    await cp(path.join(from, `${type}.html`), path.join(out, 'locales', language, `${type}.html`));
  }
}

await rm(dist, { recursive: true, force: true });
await buildRuntime();
for (const vendor of vendors)
  await buildVendor(root, path.join(root, `${vendor}.ts`), path.join(dist, vendor));
await buildForestPackage();
const types = (await readdir(path.join(root, 'nodes'), { withFileTypes: true })).filter((entry) =>
  entry.isDirectory(),
);
await Promise.all(types.map((entry) => buildNode(entry.name)));
