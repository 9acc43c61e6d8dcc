/**
 * What detectors say where nothing is wrong, and what the detector of a series expects while something is.
 *
 *     npm run bench:quiet [-- --values 1,2,5,19 --records 100000 --learning 10000 --seeds 2 --starts 20]
 *
 * Of each shape of series, for so many values a record: how often severities of 25 to 100 come, as a multiple of what they say;
 * records of 10,000 that are called anomalies; the part of the values within the expected band. Each seed begins at another
 * hour, and its first records count for nothing; a row is the mean of the seeds, then come the least and the most of any one
 * series, and the same of a threshold that is just right for all seeds of a shape together: what chance alone makes of it.
 *
 * Then the same of models that rcf-score can be set to, in series of one seed, the least and the most of the shapes; and, of
 * so many series of each shape, how often severities of 75 come in the first records that are judged, by their number: the
 * mean, the least and the most of the shapes.
 *
 * Then, of a series every five minutes with a rhythm of days at a level of 200: how far what is expected lies from what would
 * have been, on average, during an outage of so many hours and in the first twelve records after it.
 */
import { parseArgs } from 'node:util';
import { anomalySeverity } from '../lib/detection/Severity';
import { knownAfter } from '../lib/detection/series/knownAfter';
import { SeriesDetector } from '../lib/detection/series/SeriesDetector';
import { shapes, type Shape } from '../test/helpers/shapes';
import { multiplesByChance } from './helpers/byChance';
import { outage } from './helpers/outage';
import { models, severitiesOf } from './helpers/quietModels';
import { byColumn, heading, row } from './helpers/table';

const { values: given } = parseArgs({
  options: {
    values: { type: 'string', default: '1,2,5,19' },
    records: { type: 'string', default: '100000' },
    learning: { type: 'string', default: '10000' },
    seeds: { type: 'string', default: '2' },
    starts: { type: 'string', default: '20' },
  },
});
const learning = Number(given.learning);
const records = learning + Number(given.records);
const starts = Number(given.starts);
const quietSeeds = Array.from({ length: Number(given.seeds) }, (_, i) => i + 1);
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
const promisedOfAnomalies = 0.001;
/** of the records that are judged, by their number */
const stretches = [
  [0, 100],
  [100, 400],
  [400, 900],
  [900, 1900],
  [1900, 4900],
  [4900, 9900],
] as const;
/** Records that the detector of a series learns before it judges. */
const unjudged = 100;

/** One series of so many values a record. */
function* verdicts(shape: Shape, dimensions: number, seed: number, count: number) {
  const next = Array.from({ length: dimensions }, (_, d) => shape(seed + 100 * d));
  const detector = new SeriesDetector({ names: next.map((_, d) => `m${d}`), size: 'compact', seed });
  for (let i = 0; i < count; i++) {
    const values = next.map((value) => value());
    yield { values, ...detector.process(start + seed * later + i * interval, values) };
  }
  detector.free();
}

/** The figures of one series, and its scores as severities compare them. */
function quiet(shape: Shape, dimensions: number, seed: number) {
  const scores = new Float64Array(records - learning);
  const rare = promised.map(() => 0);
  let anomalies = 0;
  let within = 0;
  let i = -1;
  for (const { expected, isAnomaly, score, severity, values } of verdicts(shape, dimensions, seed, records)) {
    if (++i < learning) continue;
    scores[i - learning] = score / knownAfter(i + 1);
    promised.forEach(([least], at) => (rare[at]! += severity >= least ? 1 : 0));
    if (isAnomaly) anomalies++;
    Object.values(expected!).forEach(({ lower, upper }, d) => {
      if (values[d]! >= lower && values[d]! <= upper) within++;
    });
  }
  const multiples = promised.map(([, part], at) => rare[at]! / scores.length / part);
  const figures = [...multiples, (1e4 * anomalies) / scores.length, within / scores.length / dimensions];
  return { figures, scores };
}

const mean = (...figures: readonly number[]) => figures.reduce((a, b) => a + b) / figures.length;

function printQuiet(dimensions: number): void {
  console.log(heading(dimensions === 1 ? 'one value' : `${dimensions} values`, quietColumns));
  const all: number[][] = [];
  const byChance: number[][] = [];
  for (const [name, shape] of Object.entries(shapes)) {
    const series = quietSeeds.map((seed) => quiet(shape, dimensions, seed));
    const rows = series.map(({ figures }) => figures);
    all.push(...rows);
    const scores = series.map((each) => each.scores);
    const chances = promised.map(([, part]) => multiplesByChance(scores, part));
    byChance.push(...quietSeeds.map((_, at) => chances.map((column) => column[at]!)));
    console.log(row(name, byColumn(rows, mean)));
  }
  printExtremes(all);
  console.log(row('by chance, the least', byColumn(byChance, Math.min)));
  console.log(`${row('by chance, the most', byColumn(byChance, Math.max))}\n`);
}

function printExtremes(rows: readonly number[][]): void {
  console.log(row('the least', byColumn(rows, Math.min)));
  console.log(row('the most', byColumn(rows, Math.max)));
}

function printModels(): void {
  const columns = promised.map(([severity]) => String(severity));
  console.log(heading('models of rcf-score', [...columns, ...columns.map((name) => `most ${name}`)]));
  for (const [name, model] of Object.entries(models)) {
    const rows = Object.values(shapes).map((shape) => {
      const severities = severitiesOf(shape, model, 1, records).subarray(learning);
      return promised.map(
        ([least, part]) => severities.filter((each) => each >= least).length / severities.length / part,
      );
    });
    console.log(row(name, [...byColumn(rows, Math.min), ...byColumn(rows, Math.max)]));
  }
  console.log();
}

/** Of each stretch of first records how often severities of an anomaly come, by `severities` of one series. */
function printStart(name: string, severities: (shape: Shape, seed: number) => ArrayLike<number>): void {
  const rows = Object.values(shapes).map((shape) => {
    const counts = stretches.map(() => 0);
    for (let seed = 1; seed <= starts; seed++) {
      const its = severities(shape, seed);
      stretches.forEach(([from, to], at) => {
        for (let i = from; i < to; i++) if (its[i]! >= anomalySeverity) counts[at]!++;
      });
    }
    return stretches.map(([from, to], at) => counts[at]! / starts / (to - from) / promisedOfAnomalies);
  });
  console.log(row(name, byColumn(rows, mean)));
  printExtremes(rows);
}

const quietColumns = [...promised.map(([severity]) => String(severity)), 'anomalies', 'in band'];

const [, lastStretch] = stretches.at(-1)!;
const firstSeverities = (dimensions: number) => (shape: Shape, seed: number) =>
  Array.from(verdicts(shape, dimensions, seed, unjudged + lastStretch), ({ severity }) => severity).slice(
    unjudged,
  );

for (const dimensions of given.values.split(',').filter(Boolean)) printQuiet(Number(dimensions));
printModels();
if (starts > 0) {
  console.log(
    heading(
      'first records',
      stretches.map(([, to]) => `to ${to}`),
    ),
  );
  printStart('one value', firstSeverities(1));
  printStart('5 values', firstSeverities(5));
  const small = models['20 of 128, decay 10,000']!;
  printStart('rcf-score, 20 of 128', (shape, seed) => severitiesOf(shape, small, seed, lastStretch));
  console.log();
}
console.log(heading('outage', ['during', 'after']));
for (const hours of [3, 10, 20]) {
  console.log(row(`${hours} hours`, outage(start, hours), 1));
}
