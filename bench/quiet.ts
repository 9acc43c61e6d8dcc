/**
 * What the detector of a series says where nothing is wrong, and what it expects while something is.
 *
 *     npm run bench:quiet
 *
 * Of each shape of series: how often severities of 25, 50 and 75 come, as a multiple of what they say; records of 10,000
 * that are called anomalies; the part of the values within the expected band. Then, of a series every five minutes with a
 * rhythm of days at a level of 200: how far what is expected lies from what would have been, on average, during an outage of
 * so many hours and in the first twelve records after it.
 */
import { SeriesDetector } from '../lib/detection/series/SeriesDetector';
import { noise } from '../test/helpers/noise';
import { shapes, type Shape } from '../test/helpers/shapes';

const records = 20_000;
const learning = 2000;
const seeds = [1, 2];
const interval = 300_000;
const hour = 3_600_000;
const start = Date.UTC(2026, 0, 5);
/** severities, and the part of the records that should have at least that */
const promised = [
  [25, 0.1],
  [50, 0.01],
  [75, 0.001],
] as const;

function quiet(shape: Shape): number[] {
  const seen = { rare: promised.map(() => 0), anomalies: 0, within: 0 };
  for (const seed of seeds) {
    const next = shape(seed);
    const detector = new SeriesDetector({ names: ['value'], size: 'compact' });
    for (let i = 0; i < records; i++) {
      const value = next();
      const { expected, isAnomaly, severity } = detector.process(start + i * interval, [value]);
      if (i < learning) continue;
      promised.forEach(([least], at) => (seen.rare[at]! += severity >= least ? 1 : 0));
      if (isAnomaly) seen.anomalies++;
      const { lower, upper } = expected!.value!;
      if (value >= lower && value <= upper) seen.within++;
    }
    detector.free();
  }
  const judged = seeds.length * (records - learning);
  const multiples = promised.map(([, part], at) => seen.rare[at]! / judged / part);
  return [...multiples, (1e4 * seen.anomalies) / judged, seen.within / judged];
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
console.log(''.padEnd(26) + cells(['25', '50', '75', 'anomalies', 'in band']));
for (const [name, shape] of Object.entries(shapes)) {
  console.log(name.padEnd(26) + cells(quiet(shape).map((figure) => figure.toFixed(2))));
}
console.log(`\n${'outage'.padEnd(26)}${cells(['during', 'after'])}`);
for (const hours of [3, 10, 20]) {
  console.log(`${hours} hours`.padEnd(26) + cells(outage(hours).map((figure) => figure.toFixed(1))));
}
