import { Severity } from '../../lib/detection/Severity';
import { RandomCutForest, type ForestOptions } from '../../lib/random-cut-forest';
import type { Shape } from '../../test/helpers/shapes';

/** Models that rcf-score can be set to, from the smallest to large ones; what is left out is a default. */
export const models: Readonly<Record<string, Partial<ForestOptions>>> = {
  'one tree': { numberOfTrees: 1 },
  '10 trees of 10': { numberOfTrees: 10, subSampleSize: 10, timeDecay: 1000 },
  '20 of 128, decay 10,000': { numberOfTrees: 20, subSampleSize: 128, timeDecay: 10_000 },
  '100 of 256': {},
  '20 of 1,000': { numberOfTrees: 20, subSampleSize: 1000 },
  'shingles of 4': { numberOfTrees: 40, shingleSize: 4 },
  'shingles of 8': { numberOfTrees: 30, shingleSize: 8 },
  'shingles of 30': { numberOfTrees: 20, shingleSize: 30 },
  'five fields': { numberOfTrees: 30, dimensions: 5 },
};

/** The severities that rcf-score gives the records of one series, from the first one that it scores. */
export function severitiesOf(shape: Shape, model: Partial<ForestOptions>, seed: number, count: number) {
  const { dimensions = 1 } = model;
  const forest = new RandomCutForest({ ...model, dimensions, seed });
  const values = Array.from({ length: dimensions }, (_, d) => shape(seed + 100 * d));
  const all = forest.needed + count;
  const records = Float64Array.from({ length: all * dimensions }, (_, i) => values[i % dimensions]!());
  const scores = new Float64Array(all);
  forest.scoreAndUpdateAll(records, scores);
  const judged = scores.subarray(forest.needed);
  forest.free();
  const severity = new Severity();
  return judged.map((score) => {
    const its = severity.of(score);
    severity.learn(score);
    return its;
  });
}
