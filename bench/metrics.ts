/**
 * What a series costs metrics-detector, among one, a thousand and fifty thousand, and where memory has room for a fifth of
 * them alone: values a second while models are made, and of series that have had a thousand values; the processor time of a
 * value, with that of garbage collection; how long the close of an interval takes, and how long at most it holds others up at
 * a stretch; memory; checkpoints; and the way back from files after a restart, with its first interval. One series a row.
 *
 * `--long` takes the fifty thousand through a hundred intervals more and prints how cost and memory go on.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MetricsPlay, past, plenty, timed } from './helpers/MetricsPlay';
import { median } from './helpers/statistics';

interface Run {
  readonly series: number;
  /** MB of models in memory */
  readonly maxMemory: number;
  /** values that are timed */
  readonly values: number;
}

const first = 10;
/** Intervals between two lines of `--long`. */
const stretch = 20;
const stretches = 5;
const folder = mkdtempSync(path.join(os.tmpdir(), 'streamcut-bench-'));
const runs: readonly Run[] = [
  { series: 1, maxMemory: plenty, values: 20_000 },
  { series: 1000, maxMemory: plenty, values: 100_000 },
  { series: 50_000, maxMemory: plenty, values: 500_000 },
  { series: 5000, maxMemory: 150, values: 20_000 },
];

function print(...columns: readonly (string | number)[]): void {
  const texts = columns.map((column) =>
    typeof column === 'string' ? column : column.toFixed(column < 10 ? 2 : 0),
  );
  console.log(texts.map((text) => text.padStart(10)).join(' | '));
}

function measure({ series, maxMemory, values }: Run): void {
  const fresh = new MetricsPlay(folder, series, maxMemory);
  const [atFirst] = fresh.go(first).take();
  fresh.detector.close();
  const play = new MetricsPlay(folder, series, maxMemory, past(folder, series));
  const { detector } = play;
  play.go(1);
  const back = timed(() => play.go(1)) / series;
  play.take();
  play.closes.length = play.longest = 0;
  const [rate, cost] = play.go(Math.ceil(values / series)).take();
  const close = median(play.closes);
  const { longest } = play;
  const live = (100 * detector.live) / series;
  const kilobytes = detector.byteLength / 1000 / detector.live;
  const megabytes = process.memoryUsage.rss() / 1e6;
  detector.changes();
  play.go(1);
  const checkpoint = timed(() => detector.changes());
  print(
    series,
    live,
    atFirst,
    rate,
    cost,
    close,
    longest,
    kilobytes,
    megabytes,
    checkpoint,
    play.resume,
    back,
  );
  play.take();
  if (process.argv.includes('--long') && series === 50_000) further(play);
  detector.close();
}

function further(play: MetricsPlay): void {
  for (let i = 0; i < stretches; i++) {
    const [rate, cost] = play.go(stretch).take();
    const megabytes = process.memoryUsage.rss() / 1e6;
    print('…', '', '', rate, cost, '', '', play.detector.byteLength / 1000 / play.detector.live, megabytes);
  }
}

// What the engine has not compiled yet is not what a series costs.
new MetricsPlay(folder, 100).go(200).detector.close();
print(
  ...['series', 'live', `first ${first}`, 'later', 'cost', 'close', 'longest', 'a series'],
  ...['process', 'checkpoint', 'resume', 'first value'],
);
print('', '%', 'values/s', 'values/s', 'µs/value', 'ms', 'ms', 'kB', 'MB', 'ms', 'ms', 'ms/series');
for (const run of runs) measure(run);
rmSync(folder, { recursive: true });
