/** Time and size of snapshots, whole and what has changed. Medians of alternating runs. */
import { applyChanges, changesBetween, RandomCutForest } from '../lib/random-cut-forest';
import { Random } from '../lib/simulation/Random';

const configurations = [
  { numberOfTrees: 100, subSampleSize: 256, dimensions: 1, shingleSize: 1 },
  { numberOfTrees: 100, subSampleSize: 256, dimensions: 1, shingleSize: 8 },
  { numberOfTrees: 20, subSampleSize: 128, dimensions: 1, shingleSize: 1 },
];
const warmup = 3000;
const rounds = 21;

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

function milliseconds<T>(into: number[], work: () => T): T {
  const start = performance.now();
  const result = work();
  into.push(performance.now() - start);
  return result;
}

console.log(
  'trees/sample/dimensions x shingle | kB | snapshot ms | restore ms | changes ms | apply ms | % changed after',
);
for (const configuration of configurations) {
  const random = new Random(1);
  const { numberOfTrees, subSampleSize, dimensions, shingleSize } = configuration;
  const forest = new RandomCutForest(configuration);
  const next = () => forest.update(Array.from({ length: dimensions }, () => random.next() + random.next()));
  for (let i = 0; i < warmup; i++) next();

  const times: number[][] = [[], [], [], []];
  const shares: string[] = [];
  for (const records of [1, 10, 100]) {
    const parts: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const earlier = forest.snapshot();
      for (let i = 0; i < records; i++) next();
      const later = milliseconds(times[0]!, () => forest.snapshot());
      milliseconds(times[1]!, () => RandomCutForest.from(later)).free();
      const changes = milliseconds(times[2]!, () => changesBetween(earlier, later));
      milliseconds(times[3]!, () => applyChanges(earlier, changes));
      parts.push((100 * changes.byteLength) / later.byteLength);
    }
    shares.push(`${records}: ${median(parts).toFixed(1)}`);
  }
  console.log(
    [
      `${numberOfTrees}/${subSampleSize}/${dimensions} x ${shingleSize}`.padEnd(33),
      (forest.byteLength / 1000).toFixed(0).padStart(5),
      ...times.map((each) => median(each).toFixed(2).padStart(8)),
      shares.join(', '),
    ].join(' | '),
  );
}
