/**
 * What the detector of a series finds of events that were planted in simulated series of many shapes, and how often it is
 * wrong.
 *
 *     npm run bench:planted [-- --seeds 3 --size compact]
 *
 * Of each shape and kind of event the part found: called an anomaly while it lasts or within a dozen records; then, of
 * 10,000 records, the false alarms. `at 5` is the part of all events found at the score that lets five false alarms through.
 */
import { parseArgs } from 'node:util';
import { SeriesDetector } from '../lib/detection/series/SeriesDetector';
import { plantedKinds, plantedSeries, type Planted } from '../test/helpers/plantedSeries';

const { values: given } = parseArgs({
  options: { seeds: { type: 'string', default: '3' }, size: { type: 'string', default: 'full' } },
});
const size = given.size === 'compact' ? 'compact' : 'full';
const after = 12;
const settled = 500;
const kinds = ['spike', 'silence', 'drop', 'more'] as const;

const percent = (part: number) => (Number.isNaN(part) ? '-' : `${Math.round(100 * part)} %`).padStart(8);
console.log(
  [''.padEnd(24), ...[...kinds, 'false', 'at 5', 'shape'].map((name) => name.padStart(8))].join(''),
);
for (const kind of plantedKinds) {
  const found = new Map<Planted['kind'], [number, number]>(kinds.map((each) => [each, [0, 0]]));
  const best: number[] = [];
  const wrong: number[] = [];
  let alarms = 0;
  let judged = 0;
  let shape = '';
  for (let seed = 1; seed <= Number(given.seeds); seed++) {
    const { values, events } = plantedSeries(kind, seed);
    const detector = new SeriesDetector({ names: ['value'], size, seed });
    const verdicts = values.map((value, i) => detector.process(i * 300_000, [value]));
    shape = detector.shapes[0]!;
    detector.free();
    for (const { kind: its, from, to } of events) {
      const during = verdicts.slice(from, to + 1 + after);
      const count = found.get(its)!;
      if (during.some(({ isAnomaly }) => isAnomaly)) count[0]++;
      count[1]++;
      best.push(Math.max(...during.map(({ isNews, score }) => (isNews ? score : 0))));
    }
    verdicts.forEach(({ isAnomaly, isNews, score }, i) => {
      if (i < settled || events.some(({ from, to }) => i >= from && i <= to + after)) return;
      judged++;
      if (isAnomaly) alarms++;
      if (isNews) wrong.push(score);
    });
  }
  wrong.sort((a, b) => b - a);
  const threshold = wrong[Math.floor((5 * judged) / 10_000)] ?? 0;
  const parts = kinds.map((each) => found.get(each)!).map(([some, all]) => percent(some / all));
  const atFive = percent(best.filter((score) => score > threshold).length / best.length);
  const rate = ((10_000 * alarms) / judged).toFixed(1).padStart(8);
  console.log([kind.padEnd(24), ...parts, rate, atFive, `  ${shape}`].join(''));
}
