/**
 * What the detector of a series says where nothing is wrong, and what it expects while something is.
 *
 *     npm run bench:quiet [-- --records 100000 --learning 10000 --seeds 2]
 *
 * Of each shape of series, for one value and for five: how often severities of 25 to 100 come, as a multiple of what they say;
 * records of 10,000 that are called anomalies; the part of the values within the expected band. Each seed begins at another
 * hour, and its first records count for nothing; a row is the mean of the seeds, and the last two are the least and the most
 * of any one series. Then, of a series every five minutes with a rhythm of days at a level of 200: how far what is expected
 * lies from what would have been, on average, during an outage of so many hours and in the first twelve records after it.
 */
import { parseArgs } from 'node:util';
import { SeriesDetector } from '../lib/detection/series/SeriesDetector';
import { noise } from '../test/helpers/noise';
import { shapes, type Shape } from '../test/helpers/shapes';

const { values: given } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    learning: { type: 'string', default: '10000' },
    seeds: { type: 'string', default: '2' },
  },
});
const learning = Number(given.learning);
const records = learning + Number(given.records);
const quietSeeds = Array.from({ length: Number(given.seeds) }, (_, i) => i + 1);
const seeds = [1, 2];
const interval = 300_000;
const hour = 3_600_000;
const start = Date.UTC(2026, 0, 5);
/** A seed's series begins so much later in the day than that of the seed before. */
const later = 7.25 * hour;
/** severities, and the part of the records that should have at least that */
const promised = [
  [25, 0.1],
  [50, 0.01],
  [75, 0.001],
  [90, 10 ** -3.6],
  [100, 0.0001],
] as const;

/** The figures of one series of so many values a record. */
function quiet(shape: Shape, dimensions: number, seed: number): number[] {
  const next = Array.from({ length: dimensions }, (_, d) => shape(seed + 100 * d));
  const names = next.map((_, d) => `m${d}`);
  const detector = new SeriesDetector({ names, size: 'compact', seed });
  const rare = promised.map(() => 0);
  let anomalies = 0;
  let within = 0;
  for (let i = 0; i < records; i++) {
    const values = next.map((value) => value());
    const { expected, isAnomaly, severity } = detector.process(start + seed * later + i * interval, values);
    if (i < learning) continue;
    promised.forEach(([least], at) => (rare[at]! += severity >= least ? 1 : 0));
    if (isAnomaly) anomalies++;
    names.forEach((name, d) => {
      const { lower, upper } = expected![name]!;
      if (values[d]! >= lower && values[d]! <= upper) within++;
    });
  }
  detector.free();
  const judged = records - learning;
  const multiples = promised.map(([, part], at) => rare[at]! / judged / part);
  return [...multiples, (1e4 * anomalies) / judged, within / judged / dimensions];
}

const mean = (...figures: readonly number[]) => figures.reduce((a, b) => a + b) / figures.length;

/** A figure made of those of each column. */
function byColumn(rows: readonly number[][], of: (...column: number[]) => number): number[] {
  return rows[0]!.map((_, at) => of(...rows.map((row) => row[at]!)));
}

function printQuiet(dimensions: number): void {
  console.log(heading(dimensions === 1 ? 'one value' : `${dimensions} values`));
  const all: number[][] = [];
  for (const [name, shape] of Object.entries(shapes)) {
    const rows = quietSeeds.map((seed) => quiet(shape, dimensions, seed));
    all.push(...rows);
    console.log(line(name, byColumn(rows, mean)));
  }
  console.log(line('the least', byColumn(all, Math.min)));
  console.log(`${line('the most', byColumn(all, Math.max))}\n`);
}

function outage(hours: number): number[] {
  const from = start + (28 * 24 + 7) * hour;
  const until = from + hours * hour;
  const end = until + 12 * interval;
  const off = [0, 0];
  for (const seed of seeds) {
    const random = noise(seed);
    const detector = new SeriesDetector({ names: ['value'], size: 'compact' });
    for (let time = start; time < end; time += interval) {
      const usual = 200 + 60 * Math.sin((2 * Math.PI * time) / (24 * hour)) + 4 * random();
      const { expected } = detector.process(time, [time >= from && time < until ? 0 : usual]);
      if (time >= from) off[time < until ? 0 : 1]! += Math.abs(expected!.value!.value - usual);
    }
    detector.free();
  }
  return [off[0]! / (hours * 12 * seeds.length), off[1]! / (12 * seeds.length)];
}

const cells = (texts: readonly string[]) => texts.map((text) => text.padStart(10)).join('');
const line = (name: string, figures: readonly number[]) =>
  name.padEnd(26) + cells(figures.map((figure) => figure.toFixed(2)));
const heading = (name: string) =>
  name.padEnd(26) + cells([...promised.map(([severity]) => String(severity)), 'anomalies', 'in band']);
printQuiet(1);
printQuiet(5);
console.log('outage'.padEnd(26) + cells(['during', 'after']));
for (const hours of [3, 10, 20]) {
  console.log(`${hours} hours`.padEnd(26) + cells(outage(hours).map((figure) => figure.toFixed(1))));
}
