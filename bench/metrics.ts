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
import { BlobFolder } from '../lib/delivery/checkpoint/BlobFolder';
import type { SavedPart } from '../lib/delivery/checkpoint/Keeping';
import { isModelPart, modelPart, putOf, readModel } from '../lib/delivery/models/storedModel';
import { Random } from '../lib/simulation/Random';
import { MetricsDetector } from '../nodes/metrics-detector/MetricsDetector';
import { slice } from '../lib/node-red/Slices';
import { goOn, unfinished, type Steps } from '../lib/steps/Steps';
import { settings } from '../nodes/metrics-detector/settings';
import { median } from './helpers/statistics';

interface Run {
  readonly series: number;
  /** MB of models in memory */
  readonly maxMemory: number;
  /** values that are timed */
  readonly values: number;
}

const minute = 60_000;
const begin = Date.UTC(2026, 0, 1);
const plenty = 20_000;
const first = 10;
/** Values that series have had. */
const age = 1000;
/** Intervals between two lines of `--long`. */
const stretch = 20;
const stretches = 5;
const random = new Random(1);
const folder = mkdtempSync(path.join(os.tmpdir(), 'streamcut-bench-'));
const runs: readonly Run[] = [
  { series: 1, maxMemory: plenty, values: 20_000 },
  { series: 1000, maxMemory: plenty, values: 100_000 },
  { series: 50_000, maxMemory: plenty, values: 500_000 },
  { series: 5000, maxMemory: 150, values: 20_000 },
];

type Parts = Map<string, SavedPart>;

/** A detector, its rows, and what they took. */
class Play {
  readonly detector: MetricsDetector;
  /** of each interval, ms: what its first row took, which closes the one before */
  readonly closes: number[] = [];
  /** for which the event loop was held up at a stretch, ms */
  longest = 0;
  /** what it took to go on from what was saved, ms */
  readonly resume: number;
  private interval = 0;
  private elapsed = 0;
  private processor = 0;
  private values = 0;

  constructor(
    private readonly series: number,
    maxMemory = plenty,
    parts: Parts = new Map(),
  ) {
    const parsed = settings.parse({
      measures: [{ name: 'orders', fn: 'SUM', field: 'orders' }],
      dimensions: ['shop'],
      size: 1,
      timeField: 'time',
      maxMemory,
    });
    this.detector = new MetricsDetector(parsed, new BlobFolder(folder), {
      sender: 'bench',
      events: { at: () => undefined },
    });
    if (parts.size > 0) this.interval = age;
    this.resume = timed(() => this.detector.restore(parts, this.detector.version));
  }

  /** Rows of so many intervals; each closes the one before. */
  go(intervals: number): this {
    const [wall, processor] = [performance.now(), process.cpuUsage()];
    for (let end = this.interval + intervals; this.interval < end; this.interval++) this.goOn();
    const { user, system } = process.cpuUsage(processor);
    this.elapsed += performance.now() - wall;
    this.processor += user + system;
    this.values += intervals * this.series;
    return this;
  }

  /** Since this was asked last: values a second, and µs of a processor for one. */
  take(): [rate: number, cost: number] {
    const [rate, cost] = [this.values / (this.elapsed / 1000), this.processor / this.values];
    this.elapsed = this.processor = this.values = 0;
    return [rate, cost];
  }

  private goOn(): void {
    const time = begin + this.interval * minute;
    const now = { wall: time, steady: time };
    for (let shop = 0; shop < this.series; shop++) {
      const record = { time, shop, orders: 100 + 9 * random.next() };
      const start = performance.now();
      const steps = this.detector.take({ msg: {}, record, index: -1 }, now, ({ faults }) => {
        if (faults[0]) throw faults[0].error;
      });
      this.inSlices(steps);
      if (shop === 0) this.closes.push(performance.now() - start);
    }
  }

  /** As the node does it, but that nobody else has a turn in between. */
  private inSlices(steps: Steps<unknown>): void {
    for (let left: unknown = unfinished; left === unfinished;) {
      this.longest = Math.max(
        this.longest,
        timed(() => (left = goOn(steps, slice))),
      );
    }
  }
}

/** What a checkpoint holds of so many series, each with the same past. */
function past(series: number): Parts {
  const { detector } = new Play(1).go(age);
  const parts: Parts = new Map();
  for (const change of detector.changes())
    if ('put' in change) parts.set(change.part, { base: change.put, appended: [] });
  detector.close();
  const [known] = [...parts]
    .filter(([name]) => isModelPart(name))
    .map(([name, part]) => readModel(name, part));
  for (let shop = 0; shop < series; shop++) {
    const key = String(shop);
    parts.set(modelPart(key), {
      base: Buffer.concat([putOf({ ...known!.base, key }, []), ...known!.replay]),
      appended: [],
    });
  }
  return parts;
}

function timed(task: () => void): number {
  const start = performance.now();
  task();
  return performance.now() - start;
}

function print(...columns: readonly (string | number)[]): void {
  const texts = columns.map((column) =>
    typeof column === 'string' ? column : column.toFixed(column < 10 ? 2 : 0),
  );
  console.log(texts.map((text) => text.padStart(10)).join(' | '));
}

function measure({ series, maxMemory, values }: Run): void {
  const fresh = new Play(series, maxMemory);
  const [atFirst] = fresh.go(first).take();
  fresh.detector.close();
  const play = new Play(series, maxMemory, past(series));
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

function further(play: Play): void {
  for (let i = 0; i < stretches; i++) {
    const [rate, cost] = play.go(stretch).take();
    const megabytes = process.memoryUsage.rss() / 1e6;
    print('…', '', '', rate, cost, '', '', play.detector.byteLength / 1000 / play.detector.live, megabytes);
  }
}

// What the engine has not compiled yet is not what a series costs.
new Play(100).go(200).detector.close();
print(
  ...['series', 'live', `first ${first}`, 'later', 'cost', 'close', 'longest', 'a series'],
  ...['process', 'checkpoint', 'resume', 'first value'],
);
print('', '%', 'values/s', 'values/s', 'µs/value', 'ms', 'ms', 'kB', 'MB', 'ms', 'ms', 'ms/series');
for (const run of runs) measure(run);
rmSync(folder, { recursive: true });
