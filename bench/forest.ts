/** Speed and memory of the forest: score and update, message by message, on one thread. */
import { RandomCutForest } from '../lib/random-cut-forest';

const configurations = [
  { numberOfTrees: 100, subSampleSize: 256, dimensions: 1, shingleSize: 1 },
  { numberOfTrees: 100, subSampleSize: 12, dimensions: 1, shingleSize: 1 },
  { numberOfTrees: 100, subSampleSize: 256, dimensions: 1, shingleSize: 8 },
  { numberOfTrees: 50, subSampleSize: 256, dimensions: 1, shingleSize: 8 },
  { numberOfTrees: 100, subSampleSize: 256, dimensions: 10, shingleSize: 1 },
  { numberOfTrees: 30, subSampleSize: 256, dimensions: 48, shingleSize: 1 },
];
/** Points to fill the sample and to let the compiler settle, then points that count. */
const warmup = 6000;
const measured = 6000;

/** Sines with noise and a spike of 30 in every 500th record; the generator's time is not measured. */
function data(dimensions: number, count: number): Float64Array[] {
  let state = 1;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
  return Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length: dimensions }, (_, d) => {
      const noise = uniform() + uniform() + uniform() + uniform() - 2;
      return 5 * Math.sin(i / (20 + d)) + 1.7 * noise + (d === 0 && i % 500 === 499 ? 30 : 0);
    }),
  );
}

function percentile(sorted: Float64Array, part: number): number {
  return sorted[Math.floor(part * (sorted.length - 1))]!;
}

console.log(
  'trees/sample/dimensions x shingle | points/s | ns/point | p50 us | p99 us | explained/s | kB/model',
);
for (const configuration of configurations) {
  const { numberOfTrees, subSampleSize, dimensions, shingleSize } = configuration;
  const forest = new RandomCutForest({ ...configuration, timeDecay: 10 * subSampleSize });
  const records = data(dimensions, warmup + measured);
  const parts = new Float64Array(2 * dimensions * shingleSize);
  for (const record of records.slice(0, warmup)) forest.scoreAndUpdate(record);

  const times = new Float64Array(measured);
  for (let i = 0; i < measured; i++) {
    const start = performance.now();
    forest.scoreAndUpdate(records[warmup + i]!);
    times[i] = (performance.now() - start) * 1e3;
  }
  const mean = times.reduce((sum, each) => sum + each) / measured;
  times.sort();

  const explained = Math.ceil(measured / 4);
  const start = performance.now();
  for (let i = 0; i < explained; i++) {
    forest.attribution(records[warmup + i]!, parts);
    forest.update(records[warmup + i]!);
  }
  const perSecond = explained / ((performance.now() - start) / 1e3);
  console.log(
    [
      `${numberOfTrees}/${subSampleSize}/${dimensions} x ${shingleSize}`.padEnd(33),
      Math.round(1e6 / mean)
        .toString()
        .padStart(8),
      Math.round(1e3 * mean)
        .toString()
        .padStart(8),
      percentile(times, 0.5).toFixed(0).padStart(6),
      percentile(times, 0.99).toFixed(0).padStart(6),
      Math.round(perSecond).toString().padStart(11),
      (forest.byteLength / 1000).toFixed(0).padStart(8),
    ].join(' | '),
  );
}
