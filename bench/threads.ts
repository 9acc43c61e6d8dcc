/**
 * What threads gain: points a second of one large forest, whose trees share them, and of a thousand small ones, which share
 * them whole, with one thread and with as many as the machine has processors. One after the other, several times; what is
 * printed are medians.
 */
import os from 'node:os';
import { RandomCutForest, Threads, type Batch, type ForestOptions } from '../lib/random-cut-forest';

const rounds = 9;
const counts = [1, Math.max(2, os.availableParallelism())];

let state = 1;
/** Sums of three uniform numbers. */
function value(): number {
  let sum = 0;
  for (let i = 0; i < 3; i++) sum += (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
  return sum;
}

function recordsOf(options: Pick<ForestOptions, 'dimensions'>, count: number): Float64Array {
  return Float64Array.from({ length: count * options.dimensions }, value);
}

/** Forests that learn what the others with another number of threads learn. */
class Subject {
  private readonly forests: RandomCutForest[];

  constructor(
    options: Partial<ForestOptions> & Pick<ForestOptions, 'dimensions'>,
    keys: number,
    threads: Threads,
  ) {
    this.forests = Array.from(
      { length: keys },
      (_, seed) => new RandomCutForest({ ...options, seed }, threads),
    );
  }

  /** @returns points a second */
  run(records: readonly Float64Array[], explained: boolean): number {
    const batches = this.forests.map((forest, i): Batch => {
      const { dimensions, shingleSize } = forest.options;
      const scores = new Float64Array(records[i]!.length / dimensions);
      const parts = new Float64Array(explained ? 2 * dimensions * shingleSize * scores.length : 0);
      return { forest, records: records[i]!, scores, ...(explained ? { parts } : {}) };
    });
    const begin = performance.now();
    RandomCutForest.scoreAndUpdateMany(batches);
    const seconds = (performance.now() - begin) / 1e3;
    return batches.reduce((sum, { scores }) => sum + scores.length, 0) / seconds;
  }

  free(): void {
    for (const forest of this.forests) forest.free();
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

function row(name: string, rates: readonly string[], ratio: string): string {
  return [name.padEnd(60), ...[...rates, ratio].map((cell) => cell.padStart(10))].join(' | ');
}

function compare(
  title: string,
  options: Partial<ForestOptions> & Pick<ForestOptions, 'dimensions' | 'subSampleSize'>,
  keys: number,
  count: number,
): void {
  const subjects = threads.map((each) => new Subject(options, keys, each));
  const next = (records: number) => Array.from({ length: keys }, () => recordsOf(options, records));
  for (let learned = 0; learned < 2 * options.subSampleSize; learned += 256) {
    const records = next(256);
    for (const subject of subjects) subject.run(records, false);
  }
  for (const explained of [false, true]) {
    const rates: number[][] = subjects.map(() => []);
    for (let round = 0; round < rounds; round++) {
      const records = next(count);
      for (const [i, subject] of subjects.entries()) rates[i]!.push(subject.run(records, explained));
    }
    const [one, many] = rates.map(median) as [number, number];
    const ratio = median(rates[1]!.map((rate, i) => rate / rates[0]![i]!));
    const name = `${title}, ${explained ? 'explained' : 'scored'}`;
    console.log(
      row(
        name,
        [one, many].map((rate) => String(Math.round(rate))),
        ratio.toFixed(2),
      ),
    );
  }
  for (const subject of subjects) subject.free();
}

const threads = counts.map((count) => new Threads(count));
console.log(
  row(
    'points a second, in batches',
    counts.map((count) => `${count} threads`),
    'ratio',
  ),
);
compare(
  '1000 trees of 1024, 8 values',
  { dimensions: 8, numberOfTrees: 1000, subSampleSize: 1024, timeDecay: 10_240 },
  1,
  512,
);
compare('100 trees of 256, 1 value', { dimensions: 1, subSampleSize: 256, timeDecay: 2560 }, 1, 2048);
compare(
  '1,000 keys of 50 trees of 128, 10 records each',
  { dimensions: 1, numberOfTrees: 50, subSampleSize: 128, timeDecay: 1280 },
  1000,
  10,
);
compare(
  '1,000 keys of 50 trees of 128, 1 record each',
  { dimensions: 1, numberOfTrees: 50, subSampleSize: 128, timeDecay: 1280 },
  1000,
  1,
);
for (const each of threads) void each.close();
