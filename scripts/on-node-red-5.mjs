// Runs a command with Node-RED 5 and the Node.js that it needs, whatever Node.js this machine has:
//   node scripts/on-node-red-5.mjs mocha "test/nodes/**/*.test.ts"
// Both are installed once into .local/, the Node.js from the package that carries its binary.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const node = `node-${process.platform}-${process.arch}`;
const wanted = {
  name: 'node-red-5',
  private: true,
  dependencies: { 'node-red': '5.0.7', [node]: '24.21.0' },
};

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = path.join(root, '.local', 'node-red-5');
const modules = path.join(folder, 'node_modules');
const installed = path.join(folder, 'installed.json');

function install() {
  const description = JSON.stringify(wanted, null, 2);
  if (existsSync(installed) && readFileSync(installed, 'utf8') === description) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), description);
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: folder,
    stdio: 'inherit',
  });
  // Written last, so that an install which broke off is done again.
  writeFileSync(installed, description);
}

install();
const [command = 'node', ...args] = process.argv.slice(2);
const bins = [path.join(modules, node, 'bin'), path.join(root, 'node_modules', '.bin')];
const { status } = spawnSync(command, args, {
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: [...bins, process.env.PATH].join(path.delimiter),
    NODE_RED_PACKAGE: path.join(modules, 'node-red', 'lib', 'red.js'),
  },
});
process.exitCode = status ?? 1;
