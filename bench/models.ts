/**
 * What checkpoints cost rcf-score: after ten new records of each of a thousand series, when models are due for a file, and
 * the first record of a series after a crash. Medians.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BlobFolder } from '../lib/delivery/checkpoint/BlobFolder';
import type { PartChange, SavedPart } from '../lib/delivery/checkpoint/Keeping';
import { Random } from '../lib/simulation/Random';
import { presets } from '../nodes/rcf-score/presets';
import { RcfScore } from '../nodes/rcf-score/RcfScore';
import { settings } from '../nodes/rcf-score/settings';

const rounds = 21;
/** of one series in memory; more lets a model be written to a file */
const some = 1000;

const folder = mkdtempSync(path.join(os.tmpdir(), 'streamcut-bench-'));
const blobs = new BlobFolder(folder);
const random = new Random(1);

function scorerOf(preset: keyof typeof presets): RcfScore {
  return new RcfScore(settings.parse({ ...presets[preset], maxKeys: 1000, maxMemory: 1000 }), blobs);
}

function learn(scorer: RcfScore, topic: string, count: number): void {
  const one = (_: unknown, index: number) => ({
    msg: { topic },
    record: random.next() + random.next() + random.next(),
    index,
  });
  scorer.train(Array.from({ length: count }, one));
}

function timed<T>(times: number[], work: () => T): T {
  const start = performance.now();
  const result = work();
  times.push(performance.now() - start);
  return result;
}

function print(name: string, times: number[], kilobytes: number): void {
  const sorted = times.sort((a, b) => a - b);
  const columns = [
    name.padEnd(48),
    sorted[sorted.length >> 1]!.toFixed(2).padStart(7),
    sorted.at(-1)!.toFixed(2).padStart(7),
    kilobytes.toFixed(0).padStart(5),
  ];
  console.log(columns.join(' | '));
}

function bytesOf(changes: readonly PartChange[]): number {
  return changes.reduce(
    (sum, change) => sum + ('append' in change ? change.append : 'put' in change ? change.put : []).length,
    0,
  );
}

console.log(`${''.padEnd(48)} |      ms | highest | kB, without files`);

const thousand = scorerOf('many-keys');
const steady: number[] = [];
let bytes = 0;
for (let round = -1; round < rounds; round++) {
  for (let key = 0; key < 1000; key++) learn(thousand, `key ${key}`, 10);
  if (round < 0) thousand.changes();
  else bytes = bytesOf(timed(steady, () => thousand.changes()));
}
thousand.close();
print('1,000 series with 10 new records each', steady, bytes / 1000);

for (const preset of ['many-keys', 'kinesis-analytics'] as const) {
  const writing: number[] = [];
  const coming: number[] = [];
  const scorer = scorerOf(preset);
  const parts = new Map<string, SavedPart>();
  const keys = Array.from({ length: 4 * rounds }, (_, key) => `key ${key}`);
  for (const key of keys) learn(scorer, key, some);
  for (const change of scorer.changes()) {
    if ('put' in change) parts.set(change.part, { base: change.put, appended: [] });
  }
  for (const topic of keys) learn(scorer, topic, some);
  scorer.changes();
  for (const topic of keys) learn(scorer, topic, 1);
  for (let round = 0; round < rounds; round++) bytes = bytesOf(timed(writing, () => scorer.changes()));
  print(`4 models to files, ${preset}`, writing, bytes / 1000);

  scorer.restore(parts, scorer.version);
  for (const topic of keys) timed(coming, () => learn(scorer, topic, 1));
  print(`a model back from its last 1,000 records`, coming, (8 * some) / 1000);
  scorer.close();
}
rmSync(folder, { recursive: true });
