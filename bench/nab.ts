/**
 * Runs the detector of a series over a folder of labelled series as the Numenta Anomaly Benchmark lays them out, and
 * writes what it says of each record. It learns nothing of the labels; a scorer reads the files that it writes.
 *
 *     npm run bench:nab -- --data NAB --out results [--alarms alarms] [--plain plain] [--parts parts]
 *       [--seed 1] [--size compact]
 *
 * Every CSV file below NAB/data, or below NAB when there is no such folder, is a series: a column with the time, and all
 * other columns that are numbers are the values of a record. A file of one value gets the score where it is news and 0
 * elsewhere; of several values, the score of each record, so that all of a long event stands out. `--alarms` names a folder
 * for a 1 where the detector calls a record an anomaly, `--plain` one for the scores of a forest with its default options,
 * `--parts` one for what the detector would say of single values with some of its views only, a folder each.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Hold } from '../lib/detection/series/Hold';
import { JudgeOfOne } from '../lib/detection/series/JudgeOfOne';
import { knownAfter } from '../lib/detection/series/knownAfter';
import { SeriesDetector } from '../lib/detection/series/SeriesDetector';
import { RandomCutForest } from '../lib/random-cut-forest';
import { readSeries, seriesIn, type Series } from './helpers/labelledSeries';

/** From 0 to 1, in the order of the scores. */
const squashed = (score: number) => score / (score + 2);

type Method = (series: Series, seed: number) => Float64Array;

const detector: Method = ({ names, times, records }, seed) => {
  const model = new SeriesDetector({ names, seed, size });
  const scores = Float64Array.from(times, (time, i) => {
    const { score, isNews } = model.process(time, records[i]!);
    return names.length > 1 || isNews ? squashed(score) : 0;
  });
  model.free();
  return scores;
};

const alarms: Method = ({ names, times, records }, seed) => {
  const model = new SeriesDetector({ names, seed, size });
  const calls = Float64Array.from(times, (time, i) => Number(model.process(time, records[i]!).isAnomaly));
  model.free();
  return calls;
};

const plain: Method = ({ names, records }, seed) => {
  const forest = new RandomCutForest({ dimensions: names.length, seed });
  const latest = new Float64Array(names.length);
  const scores = Float64Array.from(records, (record) => {
    record.forEach((value, d) => {
      if (!Number.isNaN(value)) latest[d] = value;
    });
    return squashed(forest.scoreAndUpdate(latest));
  });
  forest.free();
  return scores;
};

/** What is news of the scores of a large sample of values alone. */
const largeSample: Method = ({ records }, seed) => {
  const options = { dimensions: 1, numberOfTrees: 20, subSampleSize: 4096, timeDecay: 40_960, seed };
  const forest = new RandomCutForest(options);
  const scores = news(records, (record) => forest.scoreAndUpdate(record));
  forest.free();
  return scores;
};

/** What is news of the scores of some views. */
const views =
  (weights: { value: number; change: number }): Method =>
  ({ records, times }, seed) => {
    const judge = new JudgeOfOne('full', seed, undefined, weights);
    const scores = news(records, (record, i) => {
      const day = (times[i]! / 86_400_000) % 1;
      const hour = Math.floor(times[i]! / 3_600_000) % 168;
      return knownAfter(i + 1) * judge.take({ values: Float64Array.from(record), day, hour, isNext: true });
    });
    judge.free();
    return scores;
  };

function news(records: Series['records'], scoreOf: (record: readonly number[], i: number) => number) {
  const hold = new Hold();
  return Float64Array.from(records, (record, i) => {
    const score = scoreOf(record, i);
    return hold.take(score) ? squashed(score) : 0;
  });
}

const { values: given } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    alarms: { type: 'string' },
    plain: { type: 'string' },
    parts: { type: 'string' },
    seed: { type: 'string', default: '42' },
    size: { type: 'string', default: 'full' },
  },
});
if (given.data === undefined || given.out === undefined) {
  throw new Error('--data must name a folder of series, and --out one for what is said of them');
}
const size = given.size === 'compact' ? 'compact' : 'full';
const methods = [
  { name: 'detector', method: detector, to: given.out },
  { name: 'its alarms', method: alarms, to: given.alarms },
  { name: 'forest 100/256', method: plain, to: given.plain },
  { name: 'large-sample', method: largeSample, to: part('large-sample') },
  { name: 'time-of-day', method: views({ value: 0, change: 0 }), to: part('time-of-day') },
  { name: 'novel-value', method: views({ value: 4, change: 0 }), to: part('novel-value') },
  { name: 'novel-change', method: views({ value: 4, change: 1.5 }), to: part('novel-change') },
];

function part(name: string): string | undefined {
  return given.parts === undefined ? undefined : path.join(given.parts, name);
}

const files = seriesIn(given.data);
for (const { name, method, to } of methods) {
  if (to === undefined) continue;
  let rows = 0;
  let elapsed = 0;
  for (const file of files) {
    const series = readSeries(file.path);
    const start = process.cpuUsage().user;
    const scores = method(series, Number(given.seed));
    elapsed += process.cpuUsage().user - start;
    rows += scores.length;
    const target = path.join(to, file.name);
    mkdirSync(path.dirname(target), { recursive: true });
    const lines = series.lines.map((line, i) => `${line},${scores[i]}`);
    writeFileSync(target, `${series.header},anomaly_score\n${lines.join('\n')}\n`);
  }
  console.log(
    `${name.padEnd(16)} ${files.length} series, ${rows} records, ${Math.round((1e6 * rows) / elapsed)} records a second of one core`,
  );
}
