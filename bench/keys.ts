/**
 * Many series in one node: ten thousand keys, of which as many stay in memory as the memory limit allows and the others
 * wait in files. Prints memory and speed when every record has to fetch its model, and when nearly all records belong to
 * the busy tenth of the keys.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BlobFolder } from '../lib/delivery/checkpoint/BlobFolder';
import { Random } from '../lib/simulation/Random';
import { presets } from '../nodes/rcf-score/presets';
import { RcfScore } from '../nodes/rcf-score/RcfScore';
import { settings } from '../nodes/rcf-score/settings';

const keys = 10_000;
/** MB; the models of a thousand keys */
const maxMemory = 110;

const folder = mkdtempSync(path.join(os.tmpdir(), 'streamcut-bench-'));
const random = new Random(1);

function scorerOf(name: string, limits: { maxKeys: number; maxMemory: number }): RcfScore {
  const blobs = new BlobFolder(path.join(folder, name));
  return new RcfScore(settings.parse({ ...presets['many-keys'], ...limits }), blobs);
}

/** Feeds records to one key after the other and prints what came of it. */
function run(name: string, scorer: RcfScore, records: number, keyOf: (i: number) => number): void {
  const start = performance.now();
  for (let i = 0; i < records; i++) {
    const msg = { topic: `key ${keyOf(i)}`, payload: random.next() + random.next() + random.next() };
    const [outcome] = scorer.score([{ msg, record: msg.payload, index: -1 }]);
    if (outcome instanceof Error) throw outcome;
  }
  const seconds = (performance.now() - start) / 1000;
  const columns = [
    name.padEnd(28),
    String(scorer.series).padStart(6),
    String(scorer.live).padStart(5),
    (scorer.byteLength / 1e6).toFixed(0).padStart(5),
    (process.memoryUsage.rss() / 1e6).toFixed(0).padStart(5),
    Math.round(records / seconds)
      .toString()
      .padStart(8),
  ];
  console.log(columns.join(' | '));
}

console.log('records belong to            |   keys |  live |  MB of models, of the process | points/s');
const all = scorerOf('all', { maxKeys: 1000, maxMemory: 10_000 });
run('1,000 keys, all in memory', all, 100_000, (i) => i % 1000);
all.close();

const many = scorerOf('many', { maxKeys: keys, maxMemory });
run('10,000 new keys', many, 2 * keys, (i) => i % keys);
run('a tenth, 99 of 100 times', many, 50_000, () =>
  random.integer(0, random.chance(0.99) ? keys / 10 - 1 : keys - 1),
);
run('all 10,000, in turns', many, keys, (i) => i % keys);
many.close();
rmSync(folder, { recursive: true });
