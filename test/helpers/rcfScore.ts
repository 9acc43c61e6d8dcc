import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import helper from 'node-red-node-test-helper';
import type { FieldAttribution } from '../../lib/detection/explanation';
import rcfScore from '../../nodes/rcf-score';
import type { Anomaly } from '../../nodes/rcf-score/SeriesModel';
import { Bench, useNodeRed, type Received } from './nodeRed';
import { noise } from './noise';

/** A small model, which has learned after ten records. */
const small = { numberOfTrees: 30, subSampleSize: 10, timeDecay: 1000 };

/** Runs rcf-score in a real Node-RED; no deployment remembers what another has learned. Call it in the suite's body. */
export function useRcfScore(): (config?: object) => Promise<Bench> {
  useNodeRed();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rcf-score-'));
  after(() => rmSync(folder, { recursive: true }));
  const forget = () => helper.settings({ userDir: mkdtempSync(path.join(folder, 'user-')) } as never);
  beforeEach(forget);
  return async (config = {}) => {
    // A test may compare several deployments.
    await helper.unload();
    forget();
    return Bench.deploy(rcfScore, { type: 'rcf-score', ...small, ...config });
  };
}

export function anomaly(
  msg: Received | undefined,
): Anomaly & { attribution?: Readonly<Record<string, FieldAttribution>> } {
  return msg!.anomaly as never;
}

/** Records without anything strange. */
export function records(count: number, seed = 1): { ctr: number; load: number }[] {
  const random = noise(seed);
  return Array.from({ length: count }, () => ({ ctr: 10 + random(), load: 5 + random() }));
}

export function messages(count: number, more: object = {}): object[] {
  return records(count).map((payload) => ({ payload, ...more }));
}
