import { Feed } from '../crash/Feed';
import { differences } from '../crash/Outcome';
import { closing, evenlySpread, expectedCounts, readingsOf, recordsOf } from '../crash/readings';
import { complete } from '../crash/run';
import { Sink } from '../crash/Surroundings';
import { Instances } from './Instances';
import { Services } from './Services';

export interface SharedOptions {
  readonly seed: number;
  readonly readings: number;
  /** shards at the beginning, 16 at most, so that each has the records of a sensor */
  readonly shards: number;
  /** how often they split or merge */
  readonly reshards: number;
  readonly startKinesis?: Parameters<typeof Services.start>[1];
}

export interface SharedReport {
  readonly windows: number;
  readonly late: number;
  /** what was told of lasting incidents */
  readonly incidents: number;
  readonly notifications: number;
  readonly repeatedWindows: number;
  /** what went wrong, in words */
  readonly differences: readonly string[];
  readonly complaints: readonly string[];
}

/** Failover of an instance that is alone, ms: on a busy machine its services may be slow to answer, and nobody is to follow. */
const neverGone = 60_000;

/** What happens to instances while the feed goes on. What is left of the feed is put afterwards. */
export type Happening = (instances: Instances, feed: Feed, sink: Sink) => Promise<void>;

/** Lets instances share a stream while something happens to them, then one alone in peace, and compares what came out. */
export async function compareWithOne(options: SharedOptions, happening: Happening): Promise<SharedReport> {
  const { seed, shards, reshards, startKinesis } = options;
  const readings = readingsOf(seed, options.readings, evenlySpread(1, 16));
  const records = await recordsOf(seed, readings);
  const counts = expectedCounts(readings);
  const late = new Set(readings.filter((reading) => reading.late).map(({ id }) => id));
  const expected = { windows: counts.size, late: late.size };
  const services = await Services.start(shards, startKinesis);
  const { surroundings } = services;
  try {
    const reshardsAt = Array.from({ length: reshards }, (_, number) =>
      Math.floor((records.length * (number + 1)) / (reshards + 1)),
    );
    const feed = new Feed(surroundings.client, records, reshardsAt);
    const disturbed = await watched(services, 'disturbed', expected, async (instances, sink) => {
      await happening(instances, feed, sink);
      await feed.finish(closing(readings));
    }).finally(() => feed.close());
    const alone = await watched(
      services,
      'alone',
      expected,
      async (instances) => void (await instances.add()),
      { failover: neverGone },
    );
    const { outcome } = disturbed;
    return {
      windows: outcome.windows.size,
      late: outcome.late.size,
      incidents: outcome.incidents.size,
      notifications: outcome.alerts.size,
      repeatedWindows: outcome.repeatedWindows,
      differences: differences(outcome, alone.outcome, { counts, late }),
      complaints: [...disturbed.complaints, ...alone.complaints],
    };
  } finally {
    await services.close();
  }
}

/** Runs instances until everything has come out of them. */
async function watched(
  services: Services,
  name: string,
  expected: { readonly windows: number; readonly late: number },
  happening: (instances: Instances, sink: Sink) => Promise<void>,
  settings: object = {},
): Promise<{ outcome: Sink['outcome']; complaints: readonly string[] }> {
  const sink = await Sink.open(services.surroundings, name);
  const instances = new Instances(services, sink, name, settings);
  try {
    await happening(instances, sink);
    await complete(sink, expected);
    await instances.stop();
    await sink.lookLast();
    return { outcome: sink.outcome, complaints: instances.complaints };
  } finally {
    await instances.remove();
    await sink.close();
  }
}
