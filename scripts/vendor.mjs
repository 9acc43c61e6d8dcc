// Bundles what is no dependency of the package: a package of the flow library may have six, and these are needed only by
// some flows, such as the AWS clients where several Node-REDs share a stream. What they ship with travels in a notice
// beside each bundle, with where its source is to be had.
import { build } from 'esbuild';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Dependencies of the package, which the bundle uses as they are installed. */
const external = ['@aws-sdk/credential-providers', '@smithy/node-http-handler'];

/** The chain that finds credentials would bring in clients of its own; the package has the same one already. */
const sharedCredentials = {
  name: 'shared-credentials',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path: name, resolveDir }) => ({
      path: name,
      namespace: 'shared-credentials',
      pluginData: resolveDir,
    }));
    onLoad({ filter: /.*/, namespace: 'shared-credentials' }, ({ pluginData }) => ({
      contents: "export { fromNodeProviderChain as defaultProvider } from '@aws-sdk/credential-providers';",
      resolveDir: pluginData,
    }));
  },
};

/** @param out without its extension */
export async function buildVendor(root, entry, out) {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: `${out}.js`,
    absWorkingDir: root,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Their modules for bundlers: of their CommonJS ones nothing could be left out.
    mainFields: ['module', 'main'],
    external,
    plugins: [sharedCredentials],
    legalComments: 'none',
    metafile: true,
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  const files = Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0);
  const folders = packagesOf(files.map((file) => path.resolve(root, file)));
  await writeFile(`${out}.LICENSES.txt`, await notice(`${path.basename(out)}.js`, folders));
}

/** The folders of the packages that the files belong to. */
function packagesOf(files) {
  const folders = files.map((file) =>
    /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll(path.sep, '/')),
  );
  return [...new Set(folders.filter(Boolean).map(([folder]) => folder))].sort();
}

/** Who wrote what, under which licence, and where its source is; a text that several share stands once. */
async function notice(bundle, folders) {
  const licences = new Map();
  for (const folder of folders) {
    const { name, version, license, repository } = JSON.parse(
      await readFile(path.join(folder, 'package.json'), 'utf8'),
    );
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(path.join(folder, file), 'utf8') : `Licence: ${license}`;
    const words = text.replace(/\s+/g, ' ').trim();
    const licence = licences.get(words) ?? { text: text.trim(), names: [] };
    const source = (repository?.url ?? repository ?? '').replace(/^git\+/, '');
    licence.names.push(`${name} ${version} (${license})${source && `\n  ${source}`}`);
    licences.set(words, licence);
  }
  const parts = [...licences.values()].map(({ names, text }) => `${names.join('\n')}\n\n${text}\n`);
  return `${bundle} contains parts of these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
