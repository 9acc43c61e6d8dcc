/**
 * What checkpoints cost: records a second through the whole flow with a checkpoint every second and without any, in turns,
 * also with a node in front of the windows that waits for something; how long the event loop is held up with a thousand models
 * that all learn; and how much of that is the checkpoints'.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { crashFlow, type FlowNodes } from '../test/helpers/crash/flow';
import { closing, expectedCounts, readingsOf, recordsOf } from '../test/helpers/crash/readings';
import { Runtime } from '../test/helpers/crash/Runtime';
import { Sink, Surroundings } from '../test/helpers/crash/Surroundings';
import { keyedFlow, keyedRecords, models } from './helpers/keyedFlow';
import { put } from './helpers/put';
import { median, quantile } from './helpers/statistics';
import { checkpointsOf, printingCheckpoints, vitalsOf, type Held } from './helpers/vitals';

const { values } = parseArgs({
  options: {
    /** leaves the throughput out */
    pauses: { type: 'boolean' },
    /** leaves all but the throughput out */
    throughput: { type: 'boolean' },
  },
});
const rounds = 5;
const readings = 40_000;
/** milliseconds for which each record waits in front of the windows, many at a time, as for the answer of a service */
const answers = [0, 20, 200];
/** milliseconds between checkpoints: as by default, and none within a run */
const intervals = { with: 1000, without: 3_600_000 } as const;
type Variant = keyof typeof intervals;
const variants: readonly Variant[] = ['with', 'without'];
/** seconds over which the event loop is watched */
const watch = 20;
/** so many puts a second, lest the bursts be what holds it up */
const parts = 50;

async function throughput(): Promise<void> {
  console.log('records/s with a node that takes, ms | with checkpoints |  without |    ratio');
  const surroundings = await Surroundings.start(2);
  const all = readingsOf(1, readings);
  const records = await recordsOf(1, all);
  await put(surroundings.client, records);
  await put(surroundings.client, [
    { key: 'closing', data: closing(all), explicitHashKey: '0' },
    { key: 'closing', data: closing(all), explicitHashKey: String(2n ** 128n - 1n) },
  ]);
  const windows = expectedCounts(all).size;
  for (const answer of answers) {
    const rates: Record<Variant, number[]> = { with: [], without: [] };
    for (let round = 0; round < rounds; round++) {
      for (const variant of round % 2 === 0 ? variants : variants.toReversed()) {
        const sink = await Sink.open(surroundings, `${variant}-${answer}-${round}`);
        const flow = crashFlow({ ...sink.topics, saveInterval: intervals[variant] });
        await running(answering(flow, answer), sink.env, async () => {
          const began = performance.now();
          while (sink.outcome.windows.size < windows) await sleep(50).then(() => sink.look());
          rates[variant].push((1000 * records.length) / (performance.now() - began));
        });
        await sink.close();
      }
    }
    const [kept, free] = [median(rates.with), median(rates.without)];
    const columns = [String(answer).padStart(36), kept.toFixed(0).padStart(16), free.toFixed(0).padStart(8)];
    console.log([...columns, (kept / free).toFixed(3).padStart(8)].join(' | '));
  }
  await surroundings.close();
}

/** The same flow, whose records wait in front of the windows. */
function answering(flow: FlowNodes, ms: number): FlowNodes {
  if (ms === 0) return flow;
  const func = `setTimeout(() => { node.send(msg); node.done(); }, ${ms});`;
  const service = { id: 'service', type: 'function', z: 'scores', func, outputs: 1, wires: [['windows']] };
  return [...flow.map((node) => (node.id === 'enter' ? { ...node, wires: [['service']] } : node)), service];
}

/** @returns how long the parts of checkpoints have held up the event loop meanwhile */
async function pauses(variant: Variant): Promise<readonly Held[]> {
  const surroundings = await Surroundings.start(2);
  const sink = await Sink.open(surroundings, 'pauses');
  await put(surroundings.client, keyedRecords(0, 13));
  const flow = keyedFlow(intervals[variant]);
  const held: Held[] = [];
  await running(flow, { ...sink.env, ...printingCheckpoints }, async (runtime) => {
    // By then every model is full, and the first checkpoints are over.
    while (!runtime.statusesOf('in').at(-1)?.includes('up to date')) await sleep(100);
    await sleep(5000);
    const from = vitalsOf(runtime).length;
    const heldBefore = checkpointsOf(runtime).length;
    for (let second = 0; second < watch; second++) {
      const records = keyedRecords(13 + second, 1);
      for (let part = 0; part < parts; part++) {
        const size = records.length / parts;
        const some = records.slice(part * size, (part + 1) * size);
        await Promise.all([put(surroundings.client, some), sleep(1000 / parts)]);
      }
    }
    const longest = vitalsOf(runtime)
      .slice(from)
      .map(({ pause }) => pause);
    const columns = [median(longest), quantile(longest, 1)].map((value) => value.toFixed(1).padStart(8));
    console.log([`${models} models, ${variant} checkpoints`.padEnd(34), ...columns].join(' | '));
    held.push(...checkpointsOf(runtime).slice(heldBefore));
  });
  await sink.close();
  await surroundings.close();
  return held;
}

function printHeld(held: readonly Held[]): void {
  console.log('held up by a part of a checkpoint, ms |   median |      p99 |  longest | most CPU |    times');
  for (const part of ['collect', 'encode', 'apply', 'begin anew'] as const) {
    const its = held.filter((each) => each.part === part);
    if (its.length === 0) continue;
    const times = its.map(({ ms }) => ms);
    // A busy machine takes the processor away in the middle; that is no work of a checkpoint.
    const most = Math.max(...its.map(({ cpu }) => cpu));
    const columns = [...[0.5, 0.99, 1].map((share) => quantile(times, share)), most].map((ms) =>
      ms.toFixed(1),
    );
    const cells = [...columns, String(its.length)].map((cell) => cell.padStart(8));
    console.log([part.padEnd(37), ...cells].join(' | '));
  }
}

async function running(
  flow: FlowNodes,
  env: Readonly<Record<string, string>>,
  use: (runtime: Runtime) => Promise<void>,
): Promise<void> {
  const runtime = await Runtime.create(flow, env);
  try {
    await runtime.start();
    await use(runtime);
  } finally {
    await runtime.remove();
  }
}

async function main(): Promise<void> {
  if (!values.pauses) await throughput();
  if (values.throughput) return;
  console.log('longest pause in a second, ms      |   median |  longest');
  const held: Held[] = [];
  for (const variant of [...variants, ...variants.toReversed()]) held.push(...(await pauses(variant)));
  printHeld(held);
}

void main();
