import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Runtime } from '../../test/helpers/crash/Runtime';

/** Of one second of a process. */
export interface Vitals {
  /** longest time that the event loop was held up, ms */
  readonly pause: number;
  /** MB */
  readonly rss: number;
  readonly heap: number;
}

/** The environment of a process that prints its vitals. */
export const printingVitals = {
  NODE_OPTIONS: `--import ${pathToFileURL(path.join(__dirname, 'printVitals.mjs')).href}`,
};

/** What the process has printed so far, a second each. */
export function vitalsOf({ lines }: Runtime): Vitals[] {
  return lines
    .filter((line) => line.startsWith('vitals '))
    .map((line) => JSON.parse(line.slice('vitals '.length)) as Vitals);
}
