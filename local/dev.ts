/** `npm run dev`: builds, then runs what `npm start` runs; the watcher around it does so again after each change. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

execFileSync(process.execPath, [path.join(path.dirname(__dirname), 'scripts', 'build.mjs')], {
  stdio: 'inherit',
});
require('./start');
