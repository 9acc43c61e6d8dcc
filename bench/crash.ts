/**
 * Kills a Node-RED again and again while records flow, and compares every window, score and notification with those of an
 * undisturbed run over the same records: `npm run bench:crash -- --kills 50 --seed 1`.
 */
import { parseArgs } from 'node:util';
import { startKinesis, startKinesisMock } from '../local/kinesis';
import { Random } from '../lib/simulation/Random';
import { disturbances } from '../test/helpers/crash/disturbances';
import { compareWithPeace, disturbedBy } from '../test/helpers/crash/run';

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
  const seed = Number(values.seed);
  const plan = disturbances(new Random(seed, 2), kills);
  let done = 0;
  const { differences, complaints, ...counts } = await compareWithPeace(
    {
      seed,
      readings: Math.max(4000, kills * readingsPerKill),
      shards: Number(values.shards),
      reshards: values.reshards === undefined ? Math.max(2, Math.floor(kills / 5)) : Number(values.reshards),
      startKinesis: values.kinesis === 'mock' ? startKinesisMock : startKinesis,
    },
    disturbedBy(plan, (what) => process.stderr.write(`${++done}/${plan.length} ${what}\n`)),
  );
  const happened = new Map<string, number>();
  for (const { name } of plan) happened.set(name, (happened.get(name) ?? 0) + 1);
  const rows = [...happened, ...Object.entries(counts), ['differences', differences.length] as const];
  for (const [name, count] of rows) console.log(`${name.padEnd(24)} ${String(count).padStart(8)}`);
  for (const line of [...differences, ...complaints].slice(0, 40)) console.log(line.slice(0, 1000));
  process.exitCode = differences.length > 0 ? 1 : 0;
}

void main();
