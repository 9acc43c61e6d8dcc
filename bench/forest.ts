/**
 * Speed and memory of the forest on one thread: score, then update. The compiled kernel and, as a ratio, the plain one,
 * in alternating rounds of which the medians count, since a machine is seldom quiet.
 */
import { RandomCutForest, type ForestOptions } from '../lib/random-cut-forest';
import { Random } from '../lib/simulation/Random';

type Kernel = 'compiled' | 'plain';

/** trees, sample, dimensions, shingle */
const configurations: readonly (readonly [number, number, number, number])[] = [
  [100, 256, 1, 1],
  [100, 12, 1, 1],
  [100, 256, 1, 8],
  [50, 256, 1, 8],
  [100, 256, 10, 1],
  [30, 256, 48, 1],
  [20, 128, 1, 1],
];
/** Records that fill the samples, the point store and the compiler's caches. */
const warmup = 3000;
/** Records of one round of one kernel; the slower one takes fewer. */
const measured = { compiled: 2048, plain: 256 };
const rounds = 5;
const batch = 256;
/**
 * Memory is that of another model: of one that remembers for long, after so many random records. Then hardly two trees hold
 * the same point, and its point store no longer grows.
 */
const settled = { timeDecay: 100_000, records: 1_000_000 };

/** Sines with noise and a spike of 30 in every 500th record, one record after the other. */
function data(dimensions: number, count: number): Float64Array {
  let state = 1;
  const uniform = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) + 0.5) / 4294967296;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Float64Array.from({ length: count * dimensions }, (_, i) => {
    const [record, d] = [Math.floor(i / dimensions), i % dimensions];
    return 10 * Math.sin((2 * Math.PI * record) / (50 + 7 * d)) + normal() + (record % 500 === 499 ? 30 : 0);
  });
}

/** One forest that goes on learning from round to round. */
class Subject {
  readonly forest: RandomCutForest;
  private readonly records: Float64Array;
  private readonly parts: Float64Array;
  private readonly batchParts: Float64Array;
  private readonly scores = new Float64Array(batch);

  constructor(
    options: Partial<ForestOptions> & { dimensions: number },
    private readonly kernel: Kernel,
  ) {
    this.forest = new RandomCutForest(options, kernel);
    const places = 2 * options.dimensions * (options.shingleSize ?? 1);
    this.parts = new Float64Array(places);
    this.batchParts = new Float64Array(batch * places);
    this.records = data(options.dimensions, warmup + measured.compiled);
    for (let i = 0; i < warmup; i++) this.forest.scoreAndUpdate(this.record(i));
  }

  /** @returns points a second */
  single(latencies?: number[]): number {
    return this.measure((i) => {
      const begin = performance.now();
      this.forest.scoreAndUpdate(this.record(warmup + i));
      latencies?.push(1e3 * (performance.now() - begin));
      return 1;
    });
  }

  batched(): number {
    return this.measure((i) => {
      this.forest.scoreAndUpdateAll(this.batchAt(i), this.scores);
      return batch;
    });
  }

  explained(): number {
    return this.measure((i) => {
      this.forest.attributionAndUpdate(this.record(warmup + i), this.parts);
      return 1;
    });
  }

  explainedBatched(): number {
    return this.measure((i) => {
      this.forest.attributionAndUpdateAll(this.batchAt(i), this.scores, this.batchParts);
      return batch;
    });
  }

  private measure(step: (i: number) => number): number {
    const count = measured[this.kernel];
    const begin = performance.now();
    for (let i = 0; i < count;) i += step(i);
    return count / ((performance.now() - begin) / 1e3);
  }

  private record(i: number): Float64Array {
    const { dimensions } = this.forest.options;
    return this.records.subarray(i * dimensions, (i + 1) * dimensions);
  }

  private batchAt(i: number): Float64Array {
    const { dimensions } = this.forest.options;
    return this.records.subarray((warmup + i) * dimensions, (warmup + i + batch) * dimensions);
  }
}

/** kB of a model in the steady state, one that takes batches */
function settledSize(options: Partial<ForestOptions> & { dimensions: number }): number {
  const forest = new RandomCutForest({ ...options, timeDecay: settled.timeDecay });
  const random = new Random(1);
  const record = new Float64Array(options.dimensions);
  for (let i = 0; i < settled.records; i++) {
    for (let d = 0; d < record.length; d++) record[d] = random.next();
    forest.update(record);
  }
  const records = Float64Array.from({ length: batch * options.dimensions }, () => random.next());
  forest.scoreAndUpdateAll(records, new Float64Array(batch));
  const size = forest.byteLength / 1000;
  forest.free();
  return size;
}

function quantile(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(part * (values.length - 1))]!;
}

const kinds = ['single', 'batched', 'explained', 'explainedBatched'] as const;
const row = (cells: readonly (string | number)[]) =>
  cells.map((cell, i) => String(cell).padStart(i === 0 ? 0 : 12)).join(' ');

console.log('points a second by the compiled kernel (times as many as by the plain one);');
console.log(`kB after ${settled.records} random records at a timeDecay of ${settled.timeDecay}`);
console.log(
  row([
    'trees/sample/dims x shingle'.padEnd(27),
    'score',
    'batches',
    'explain',
    'in batches',
    'p50 us',
    'p99 us',
    'kB',
    'snapshot ms',
  ]),
);
for (const [numberOfTrees, subSampleSize, dimensions, shingleSize] of configurations) {
  const options = { numberOfTrees, subSampleSize, dimensions, shingleSize, timeDecay: 10 * subSampleSize };
  const compiled = new Subject(options, 'compiled');
  const plain = new Subject(options, 'plain');
  const latencies: number[] = [];
  const cells = kinds.map((kind) => {
    const rates: number[] = [];
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const rate = kind === 'single' ? compiled.single(latencies) : compiled[kind]();
      rates.push(rate);
      ratios.push(rate / plain[kind]());
    }
    return `${Math.round(quantile(rates, 0.5))} (${quantile(ratios, 0.5).toFixed(1)})`;
  });
  const saved = Array.from({ length: rounds }, () => {
    const begin = performance.now();
    RandomCutForest.from(compiled.forest.snapshot()).free();
    return performance.now() - begin;
  });
  console.log(
    row([
      `${numberOfTrees}/${subSampleSize}/${dimensions} x ${shingleSize}`.padEnd(27),
      ...cells,
      quantile(latencies, 0.5).toFixed(0),
      quantile(latencies, 0.99).toFixed(0),
      settledSize(options).toFixed(1),
      quantile(saved, 0.5).toFixed(1),
    ]),
  );
  compiled.forest.free();
}
