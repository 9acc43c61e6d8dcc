/**
 * Kills a Node-RED again and again while records flow, and compares every window, score and notification with those of an
 * undisturbed run over the same records: `npm run bench:crash -- --kills 50 --seed 1`.
 */
import { parseArgs } from 'node:util';
import { startKinesis, startKinesisMock } from '../local/kinesis';
import { crashRun } from '../test/helpers/crash/run';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    shards: { type: 'string', default: '2' },
    reshards: { type: 'string' },
    /** kinesalite or mock */
    kinesis: { type: 'string', default: 'kinesalite' },
  },
});
const kills = Number(values.kills);
/** so that every life of the process has something to do */
const readingsPerKill = 400;

async function main(): Promise<void> {
  let done = 0;
  const report = await crashRun({
    seed: Number(values.seed),
    kills,
    readings: Math.max(4000, kills * readingsPerKill),
    shards: Number(values.shards),
    reshards: values.reshards === undefined ? Math.max(2, Math.floor(kills / 5)) : Number(values.reshards),
    startKinesis: values.kinesis === 'mock' ? startKinesisMock : startKinesis,
    onProgress: (what) => process.stderr.write(`${++done} ${what}\n`),
  });
  const { disturbances, differences, complaints, ...counts } = report;
  const happened = new Map<string, number>();
  for (const name of disturbances) happened.set(name, (happened.get(name) ?? 0) + 1);
  for (const [name, count] of [...happened, ...Object.entries(counts)]) {
    console.log(`${name.padEnd(24)} ${String(count).padStart(8)}`);
  }
  console.log(`${'differences'.padEnd(24)} ${String(differences.length).padStart(8)}`);
  for (const line of [...differences, ...complaints].slice(0, 40)) console.log(line.slice(0, 1000));
  process.exitCode = differences.length > 0 ? 1 : 0;
}

void main();
