import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalKinesis } from '../../../local/kinesis';
import { differences } from './Outcome';
import type { Disturbance } from './disturbances';
import { Feed } from './Feed';
import { crashFlow } from './flow';
import { closing, expectedCounts, readingsOf, recordsOf } from './readings';
import { Runtime } from './Runtime';
import { Sink, Surroundings } from './Surroundings';

export interface RunOptions {
  readonly seed: number;
  readonly readings: number;
  /** shards at the beginning */
  readonly shards: number;
  /** how often they split or merge */
  readonly reshards: number;
  readonly startKinesis?: () => Promise<LocalKinesis>;
  /** variables of the disturbed process */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunReport {
  readonly readings: number;
  readonly records: number;
  readonly windows: number;
  readonly late: number;
  /** what was told of lasting incidents */
  readonly incidents: number;
  readonly notifications: number;
  readonly repeatedWindows: number;
  readonly repeatedNotifications: number;
  readonly repeatedOrdered: number;
  /** what went wrong, in words */
  readonly differences: readonly string[];
  /** what the disturbed processes and the undisturbed one have complained of */
  readonly complaints: readonly string[];
}

/** What happens to a running Node-RED while the feed goes on. What is left of the feed is put afterwards. */
export type Happening = (runtime: Runtime, feed: Feed, sink: Sink) => Promise<void>;

/** Milliseconds without any news after which nothing more is waited for: long, for a machine that is busy with other things. */
const patience = 60_000;
/** Milliseconds that a disturbance waits for the flow to do something, at most. */
const longestWait = 3000;

/** Runs the flow over a stream while something happens to it, then once more in peace, and compares what came out. */
export async function compareWithPeace(options: RunOptions, happening: Happening): Promise<RunReport> {
  const { seed, shards, reshards, startKinesis, env } = options;
  const readings = readingsOf(seed, options.readings);
  const records = await recordsOf(seed, readings);
  const counts = expectedCounts(readings);
  const late = new Set(readings.filter((reading) => reading.late).map(({ id }) => id));
  const expected = { windows: counts.size, late: late.size };
  const surroundings = await Surroundings.start(shards, startKinesis);
  try {
    const reshardsAt = Array.from({ length: reshards }, (_, number) =>
      Math.floor((records.length * (number + 1)) / (reshards + 1)),
    );
    const feed = new Feed(surroundings.client, records, reshardsAt);
    const disturbed = await watched(
      surroundings,
      { name: 'disturbed', ...expected, env },
      async (runtime, sink) => {
        await happening(runtime, feed, sink);
        await feed.finish(closing(readings));
      },
    ).finally(() => feed.close());
    const peaceful = await watched(surroundings, { name: 'peaceful', ...expected });
    const { outcome } = disturbed;
    return {
      readings: readings.length,
      records: records.length,
      windows: outcome.windows.size,
      late: outcome.late.size,
      incidents: outcome.incidents.size,
      notifications: outcome.alerts.size,
      repeatedWindows: outcome.repeatedWindows,
      repeatedNotifications: outcome.repeatedAlerts,
      repeatedOrdered: outcome.repeatedOrdered,
      differences: differences(outcome, peaceful.outcome, { counts, late }),
      complaints: [...disturbed.complaints, ...peaceful.complaints],
    };
  } finally {
    await surroundings.close();
  }
}

/** Lets one disturbance after the other happen, each to a share of the feed. */
export function disturbedBy(
  plan: readonly Disturbance[],
  onProgress: (done: string) => void = () => undefined,
): Happening {
  return async (runtime, feed, sink) => {
    for (const [number, { name, happen }] of plan.entries()) {
      feed.advanceTo((number + 1) / (plan.length + 1));
      await somethingNew(sink);
      await happen(runtime);
      onProgress(name);
    }
  };
}

/** Waits until something comes out: a flow that is killed before it has done anything proves little. */
async function somethingNew(sink: Sink): Promise<void> {
  await sink.look();
  const { windows, repeatedWindows } = sink.outcome;
  const before = windows.size + repeatedWindows;
  for (const end = Date.now() + longestWait; Date.now() < end; await sleep(20)) {
    await sink.look();
    if (windows.size + sink.outcome.repeatedWindows > before) return;
  }
}

interface Watch {
  readonly name: string;
  /** how many are to come */
  readonly windows: number;
  readonly late: number;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Runs the flow while something happens to it, until everything has come out of it. */
async function watched(
  surroundings: Surroundings,
  { name, env, ...expected }: Watch,
  happening: (runtime: Runtime, sink: Sink) => Promise<void> = () => Promise.resolve(),
): Promise<{ outcome: Sink['outcome']; complaints: readonly string[] }> {
  const sink = await Sink.open(surroundings, name);
  const runtime = await Runtime.create(crashFlow(sink.topics), { ...sink.env, ...env });
  try {
    await runtime.start();
    await happening(runtime, sink);
    await complete(sink, expected);
    await runtime.stop();
    await sink.lookLast();
    return { outcome: sink.outcome, complaints: runtime.complaints };
  } finally {
    await runtime.remove();
    await sink.close();
  }
}

/** Waits for all windows; what does not come is left to the comparison to tell. */
export async function complete(
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
