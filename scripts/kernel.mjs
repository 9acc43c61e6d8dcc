// Compiles the forest's kernel, assembly/*.ts, to WebAssembly and writes it into the TypeScript module that carries it, so
// that a clone works without this step and nothing is loaded at run time. With --check it only compares.
import asc from 'assemblyscript/asc';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const target = path.join(root, 'lib', 'random-cut-forest', 'kernelBinary.ts');

async function compile() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'kernel-'));
  const binary = path.join(folder, 'kernel.wasm');
  try {
    const { error, stderr } = await asc.main([
      path.join('assembly', 'index.ts'),
      ...['--baseDir', root, '--outFile', path.relative(root, binary)],
      ...['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
      ...['--enable', 'simd', '--enable', 'bulk-memory'],
      ...['--importMemory', '--initialMemory', '1'],
    ]);
    if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
    return await readFile(binary);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const binary = await compile();
const source = `// Made from assembly/ by scripts/kernel.mjs.
export const wasm =
  '${binary.toString('base64')}';
`;
if (!process.argv.includes('--check')) await writeFile(target, source);
else if ((await readFile(target, 'utf8')) !== source) {
  console.error(`${path.relative(root, target)} is not what assembly/ compiles to: run npm run kernel`);
  process.exitCode = 1;
}
