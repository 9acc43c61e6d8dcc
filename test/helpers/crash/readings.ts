/** Seeded sensor readings with fixed times, and what any correct run must count in each window of them. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Random } from '../../../lib/simulation/Random';
import type { Put } from '../kinesis';
import { packed } from '../packed';

export interface Reading {
  readonly id: number;
  readonly sensor: string;
  /** milliseconds since the epoch */
  readonly at: number;
  readonly value: number;
  readonly user: string;
  /** comes so late that its window has closed in any order of reading */
  readonly late: boolean;
}

/** Milliseconds; those of the flow. */
export const windowSize = 2000;
export const lateness = 5000;

/** Two whose hash keys lie in each eighth of the range, so that every shard has some: a shard without holds time up. */
const sensors = evenlySpread(2, 8);

const firstTime = Date.UTC(2025, 0, 1);
/** milliseconds of event time from one reading to the next */
const step = 12;
/** milliseconds; with the time that a reading waits for others to be zipped with, well within the lateness */
const disorder = 1500;
/** readings in one record */
const most = 3;

/**
 * `count` readings whose times go forward with disorder within the lateness. Now and then one is far too late, and now and
 * then a sensor's values are out of the ordinary for the length of a window.
 */
export function readingsOf(seed: number, count: number, from: readonly string[] = sensors): Reading[] {
  const random = new Random(seed);
  const strange = strangeWindows(random, Math.ceil((count * step) / windowSize), from);
  return Array.from({ length: count }, (_, id) => {
    const sensor = random.pick(from)!;
    const onTime = firstTime + id * step - random.integer(0, disorder);
    const late = onTime > firstTime + 8 * windowSize && random.chance(0.003);
    const at = late ? onTime - 6 * windowSize : onTime;
    const usual = 20 + 3 * (random.next() + random.next() + random.next());
    const factor = strange.has(`${sensor} ${Math.floor(at / windowSize)}`) ? 3 : 1;
    return { id, sensor, at, value: usual * factor, user: `user ${random.integer(1, 12)}`, late };
  });
}

/** Names whose hash keys lie in each of so many parts of the range. */
export function evenlySpread(each: number, parts: number): string[] {
  const found = new Map<number, string[]>();
  for (let number = 1; [...found.values()].flat().length < each * parts; number++) {
    const name = `sensor-${number}`;
    // https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key
    const part = Math.floor((createHash('md5').update(name).digest()[0]! * parts) / 256);
    const names = found.get(part) ?? [];
    if (names.length < each) found.set(part, [...names, name]);
  }
  return [...found.values()].flat();
}

/** `<sensor> <number of the window>` */
function strangeWindows(random: Random, windows: number, from: readonly string[]): Set<string> {
  const first = firstTime / windowSize;
  const strange = new Set<string>();
  for (let window = 14; window < windows; window++) {
    strange.add(`${random.pick(from)} ${first + window}`);
  }
  return strange;
}

/** Records for the stream: gzipped JSON of one to three readings of a sensor; now and then several records packed into one. */
export async function recordsOf(seed: number, readings: readonly Reading[]): Promise<Put[]> {
  const random = new Random(seed, 1);
  const waiting = new Map<string, Reading[]>();
  const puts: Put[] = [];
  const leave = async (sensor: string, group: readonly Reading[]) => {
    if (!random.chance(0.1)) return void puts.push({ key: sensor, data: zipped(group) });
    const records = group.map((reading) => ({ key: sensor, data: zipped([reading]) }));
    puts.push({ key: sensor, data: await packed(records) });
  };
  for (const reading of readings) {
    const group = waiting.get(reading.sensor) ?? [];
    group.push(reading);
    waiting.set(reading.sensor, group);
    if (group.length < most && random.chance(0.4)) continue;
    waiting.delete(reading.sensor);
    await leave(reading.sensor, group);
  }
  for (const [sensor, group] of waiting) await leave(sensor, group);
  return puts;
}

/** A record whose time closes every window of the readings in the shard that it is put into. */
export function closing(readings: readonly Reading[]): Buffer {
  const at = firstTime + readings.length * step + lateness + 2 * windowSize;
  return zipped([{ id: -1, sensor: 'closing', at, value: 0, user: '', late: false }]);
}

function zipped(readings: readonly Reading[]): Buffer {
  const lines = readings.map(({ id, sensor, at, value, user }) =>
    JSON.stringify({ id, sensor, at, value, user }),
  );
  return gzipSync(lines.join('\n'));
}

/** How many readings each window must hold, by `<sensor> <start>`. */
export function expectedCounts(readings: readonly Reading[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { sensor, at, late } of readings) {
    if (late) continue;
    const key = `${sensor} ${Math.floor(at / windowSize) * windowSize}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
