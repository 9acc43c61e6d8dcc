import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The environment of a process whose disk is full as long as this file exists. */
export function fullDisk(marker: string): Record<string, string> {
  return { ...loading('fullDisk.mjs'), STREAMCUT_TEST_FULL_DISK: marker };
}

/** The environment of a process whose wall clock is off by as many milliseconds as this file says. */
export function shiftedClock(file: string): Record<string, string> {
  return { ...loading('shiftedClock.mjs'), STREAMCUT_TEST_CLOCK: file };
}

function loading(name: string): Record<string, string> {
  return { NODE_OPTIONS: `--import ${pathToFileURL(path.join(__dirname, name)).href}` };
}
