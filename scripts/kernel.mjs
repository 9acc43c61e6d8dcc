// Compiles the forest's kernel, assembly/*.ts, to WebAssembly and writes it into the TypeScript module that carries it, so
// that a clone works without this step and nothing is loaded at run time. There are two of it: one for a memory that
// threads share, and one for a memory of a single thread, which is a little faster. With --check it only compares.
import asc from 'assemblyscript/asc';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const target = path.join(root, 'lib', 'random-cut-forest', 'kernelBinary.ts');

/** @param options of the compiler, for one kind of memory */
async function compile(...options) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'kernel-'));
  const binary = path.join(folder, 'kernel.wasm');
  try {
    const { error, stderr } = await asc.main([
      path.join('assembly', 'index.ts'),
      ...['--baseDir', root, '--outFile', path.relative(root, binary)],
      ...['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
      ...['--enable', 'simd', '--enable', 'bulk-memory'],
      ...['--importMemory', '--initialMemory', '1', ...options],
    ]);
    if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
    return await readFile(binary);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const alone = await compile();
const shared = await compile('--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536');
const source = `// Made from assembly/ by scripts/kernel.mjs.
export const wasm =
  '${alone.toString('base64')}';
export const sharedWasm =
  '${shared.toString('base64')}';
`;
if (!process.argv.includes('--check')) await writeFile(target, source);
else if ((await readFile(target, 'utf8')) !== source) {
  console.error(`${path.relative(root, target)} is not what assembly/ compiles to: run npm run kernel`);
  process.exitCode = 1;
}
