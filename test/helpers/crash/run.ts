import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../../lib/simulation/Random';
import type { LocalKinesis } from '../../../local/kinesis';
import { differences } from './Outcome';
import { disturbances, type Disturbance } from './disturbances';
import { Feed } from './Feed';
import { crashFlow } from './flow';
import { closing, expectedCounts, readingsOf, recordsOf } from './readings';
import { Runtime } from './Runtime';
import { Sink, Surroundings } from './Surroundings';

export interface CrashOptions {
  readonly seed: number;
  readonly kills: number;
  readonly readings: number;
  /** shards at the beginning */
  readonly shards: number;
  /** how often they split or merge */
  readonly reshards: number;
  readonly startKinesis?: () => Promise<LocalKinesis>;
  readonly onProgress?: (done: string) => void;
}

export interface CrashReport {
  readonly readings: number;
  readonly records: number;
  readonly windows: number;
  readonly notifications: number;
  readonly late: number;
  readonly repeatedWindows: number;
  readonly repeatedNotifications: number;
  readonly repeatedOrdered: number;
  readonly disturbances: readonly string[];
  /** what went wrong, in words */
  readonly differences: readonly string[];
  /** what the disturbed processes and the undisturbed one have complained of */
  readonly complaints: readonly string[];
}

/** Milliseconds without any news after which nothing more is waited for. */
const patience = 15_000;

/** Runs the flow over a stream with everything happening to it, then once more in peace, and compares what came out. */
export async function crashRun(options: CrashOptions): Promise<CrashReport> {
  const { seed, kills, shards, reshards, startKinesis, onProgress = () => undefined } = options;
  const readings = readingsOf(seed, options.readings);
  const records = await recordsOf(seed, readings);
  const counts = expectedCounts(readings);
  const lateReadings = new Set(readings.filter(({ late }) => late).map(({ id }) => id));
  const plan = disturbances(new Random(seed, 2), kills);
  const surroundings = await Surroundings.start(shards, startKinesis);
  try {
    const reshardsAt = Array.from({ length: reshards }, (_, number) =>
      Math.floor((records.length * (number + 1)) / (reshards + 1)),
    );
    const feed = new Feed(surroundings.client, records, reshardsAt);
    const expected = { windows: counts.size, late: lateReadings.size };
    const disturbed = await watched(surroundings, 'disturbed', expected, async (runtime) => {
      await disturb(runtime, feed, plan, onProgress);
      await feed.finish(closing(readings));
    }).finally(() => feed.close());
    onProgress('in peace');
    const peaceful = await watched(surroundings, 'undisturbed', expected, () => Promise.resolve());
    const { outcome } = disturbed;
    return {
      readings: readings.length,
      records: records.length,
      windows: outcome.windows.size,
      notifications: outcome.alerts.size,
      late: outcome.late.size,
      repeatedWindows: outcome.repeatedWindows,
      repeatedNotifications: outcome.repeatedAlerts,
      repeatedOrdered: outcome.repeatedOrdered,
      disturbances: plan.map(({ name }) => name),
      differences: differences(outcome, peaceful.outcome, { counts, late: lateReadings }),
      complaints: [...disturbed.complaints, ...peaceful.complaints],
    };
  } finally {
    await surroundings.close();
  }
}

async function disturb(
  runtime: Runtime,
  feed: Feed,
  plan: readonly Disturbance[],
  onProgress: (done: string) => void,
): Promise<void> {
  for (const [number, { name, happen }] of plan.entries()) {
    feed.advanceTo((number + 1) / (plan.length + 1));
    await happen(runtime);
    onProgress(name);
  }
}

/** Runs the flow while something happens to it, until everything has come out of it. */
async function watched(
  surroundings: Surroundings,
  name: string,
  expected: { readonly windows: number; readonly late: number },
  happening: (runtime: Runtime) => Promise<void>,
): Promise<{ outcome: Sink['outcome']; complaints: readonly string[] }> {
  const sink = await Sink.open(surroundings, name);
  const runtime = await Runtime.create(crashFlow(sink.topics), sink.env);
  try {
    await runtime.start();
    await happening(runtime);
    await complete(sink, expected);
    await runtime.stop();
    await sink.look();
    return { outcome: sink.outcome, complaints: runtime.complaints };
  } finally {
    await runtime.remove();
    await sink.close();
  }
}

/** Waits for all windows; what does not come is left to the comparison to tell. */
async function complete(
  sink: Sink,
  expected: { readonly windows: number; readonly late: number },
): Promise<void> {
  let [news, since] = [-1, Date.now()];
  for (;;) {
    await sink.look();
    const { windows, late } = sink.outcome;
    if (windows.size >= expected.windows && late.size >= expected.late) return;
    if (windows.size + late.size > news) [news, since] = [windows.size + late.size, Date.now()];
    if (Date.now() - since > patience) return;
    await sleep(50);
  }
}
