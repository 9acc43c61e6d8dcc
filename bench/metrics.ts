/**
 * What a series costs metrics-detector, among one, a thousand and fifty thousand: values a second, in the first intervals,
 * when models are made, and later, memory, and the first interval after a restart. Two series a row. `--long` takes
 * fifty thousand series through as many intervals as the others, for an hour or so.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BlobFolder } from '../lib/delivery/checkpoint/BlobFolder';
import type { PartChange, SavedPart } from '../lib/delivery/checkpoint/Keeping';
import { Random } from '../lib/simulation/Random';
import { MetricsDetector } from '../nodes/metrics-detector/MetricsDetector';
import { settings } from '../nodes/metrics-detector/settings';

const minute = 60_000;
const begin = Date.UTC(2026, 0, 1);
const first = 10;
const later = 300;
const random = new Random(1);
const folder = mkdtempSync(path.join(os.tmpdir(), 'streamcut-bench-'));

function detectorOf(name: string): MetricsDetector {
  const parsed = settings.parse({
    measures: [
      { name: 'orders', fn: 'SUM', field: 'orders' },
      { name: 'latency', fn: 'AVG', field: 'latency' },
    ],
    dimensions: ['shop'],
    size: 1,
    timeField: 'time',
    maxMemory: 20_000,
  });
  return new MetricsDetector(parsed, new BlobFolder(path.join(folder, name)), {
    sender: 'bench',
    events: { at: () => undefined },
  });
}

/** Rows of one interval: the one before closes. @returns milliseconds */
function play(detector: MetricsDetector, interval: number, combinations: number): number {
  const time = begin + interval * minute;
  const now = { wall: time, steady: time };
  const start = performance.now();
  for (let shop = 0; shop < combinations; shop++) {
    const record = { time, shop, orders: 100 + 9 * random.next(), latency: 50 + random.next() };
    detector.take({ msg: {}, record, index: -1 }, now, ({ faults }) => {
      if (faults[0]) throw faults[0].error;
    });
  }
  return performance.now() - start;
}

/** What a checkpoint holds afterwards. */
function keep(parts: Map<string, SavedPart>, changes: readonly PartChange[]): void {
  for (const change of changes) {
    if ('put' in change) parts.set(change.part, { base: change.put, appended: [] });
    else if ('append' in change) {
      const { base, appended } = parts.get(change.part) ?? { base: undefined, appended: [] };
      parts.set(change.part, { base, appended: [...appended, change.append] });
    }
  }
}

function print(...columns: readonly (string | number)[]): void {
  const texts = columns.map((column) =>
    typeof column === 'string' ? column : column.toFixed(column < 10 ? 2 : 0),
  );
  console.log(texts.map((text, at) => text.padStart(at === 0 ? 8 : 12)).join(' | '));
}

print(
  'series',
  `first ${first}`,
  `after ${later}`,
  'kB a series',
  'MB process',
  'checkpoint',
  'resume',
  'first value',
);
print('', 'values/s', 'values/s', 'values/s', '', '', 'ms', 'ms', 'ms a series');
for (const series of [2, 1000, 50_000]) {
  const combinations = series / 2;
  const detector = detectorOf(String(series));
  const parts = new Map<string, SavedPart>();
  // A single series takes more rounds to be timed.
  const rounds = Math.max(1, Math.floor(1000 / series));
  let interval = 0;
  const rate = (intervals: number) => {
    let elapsed = 0;
    for (let at = 0; at < intervals; at++) elapsed += play(detector, ++interval, combinations);
    return (intervals * series) / (elapsed / 1000);
  };
  const atFirst = rate(first);
  const next = rate(first);
  let steady: number | string = '–';
  if (series < 50_000 || process.argv.includes('--long')) {
    rate(later - 2 * first);
    steady = rate(first * rounds);
  }
  const kilobytes = detector.byteLength / 1000 / series;
  const megabytes = process.memoryUsage.rss() / 1e6;
  keep(parts, detector.changes());
  play(detector, ++interval, combinations);
  let start = performance.now();
  const changes = detector.changes();
  const checkpoint = performance.now() - start;
  keep(parts, changes);
  detector.close();
  start = performance.now();
  detector.restore(parts, detector.version);
  const resume = performance.now() - start;
  play(detector, ++interval, combinations);
  const back = play(detector, ++interval, combinations) / series;
  detector.close();
  print(String(series), atFirst, next, steady, kilobytes, megabytes, checkpoint, resume, back);
}
rmSync(folder, { recursive: true });
