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

/** A part of one checkpoint that holds up the event loop. */
export interface Held {
  readonly part: 'collect' | 'encode' | 'apply' | 'begin anew';
  readonly ms: number;
  /** ms of the processor, those of the process's other threads included */
  readonly cpu: number;
}

/** The environment of a process that prints its vitals. */
export const printingVitals = preloading('printVitals.mjs');

/** The environment of a process that prints its vitals, and how long its checkpoints hold it up. */
export const printingCheckpoints = preloading('printVitals.mjs', 'printCheckpoints.mjs');

function preloading(...files: string[]): { readonly NODE_OPTIONS: string } {
  const urls = files.map((file) => pathToFileURL(path.join(__dirname, file)).href);
  return { NODE_OPTIONS: urls.map((url) => `--import ${url}`).join(' ') };
}

/** What the process has printed so far, a second each. */
export function vitalsOf(runtime: Runtime): Vitals[] {
  return printed<Vitals>('vitals', runtime);
}

/** What the process has printed so far of its checkpoints. */
export function checkpointsOf(runtime: Runtime): Held[] {
  return printed<Held>('checkpoint', runtime);
}

function printed<T>(word: string, { lines }: Runtime): T[] {
  return lines
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => JSON.parse(line.slice(word.length)) as T);
}
