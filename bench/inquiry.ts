/** Time of what one may ask a forest beside scores, on one thread: the median over questions, in microseconds. */
import { RandomCutForest } from '../lib/random-cut-forest';

const configurations = [
  { numberOfTrees: 100, subSampleSize: 256, dimensions: 1, shingleSize: 8 },
  { numberOfTrees: 50, subSampleSize: 256, dimensions: 1, shingleSize: 24 },
  { numberOfTrees: 100, subSampleSize: 256, dimensions: 10, shingleSize: 1 },
  { numberOfTrees: 30, subSampleSize: 256, dimensions: 48, shingleSize: 1 },
];
const learned = 3000;
const asked = 200;

let state = 1;
const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;

function record(dimensions: number, i: number): number[] {
  return Array.from({ length: dimensions }, (_, d) => 5 * Math.sin(i / (20 + d)) + 4 * (uniform() - 0.5));
}

function medianTime(question: (i: number) => unknown): string {
  const times = Float64Array.from({ length: asked }, (_, i) => {
    const start = performance.now();
    question(i);
    return performance.now() - start;
  }).sort();
  return Math.round(1e3 * times[asked >> 1]!).toString();
}

console.log('trees/sample/dimensions x shingle | impute | expected | forecast 10 | neighbours | density');
for (const configuration of configurations) {
  const { numberOfTrees, subSampleSize, dimensions, shingleSize } = configuration;
  const forest = new RandomCutForest({ ...configuration, timeDecay: 10 * subSampleSize });
  for (let i = 0; i < learned; i++) forest.update(record(dimensions, i));
  const next = (i: number) => record(dimensions, learned + i);
  const holed = (i: number) => [NaN, ...next(i).slice(1)];
  console.log(
    [
      `${numberOfTrees}/${subSampleSize}/${dimensions} x ${shingleSize}`.padEnd(33),
      medianTime((i) => forest.impute(holed(i))).padStart(6),
      medianTime((i) => forest.expected(next(i))).padStart(8),
      (shingleSize > 1 ? medianTime(() => forest.forecast(10)) : '-').padStart(11),
      medianTime((i) => forest.neighbours(next(i))).padStart(10),
      medianTime((i) => forest.density(next(i))).padStart(7),
    ].join(' | '),
  );
}
