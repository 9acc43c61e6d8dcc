/** Streams of typical shapes with anomalies put in, the same on every run, and the figures that sum up their scores. */
import type { ForestOptions } from '../../../lib/random-cut-forest';
import { noise, uniformNoise } from '../../helpers/noise';

export interface Shape {
  readonly name: string;
  readonly options: Omit<ForestOptions, 'seed'>;
  readonly records: readonly (readonly number[])[];
}

export interface Figures {
  /** of the scores of normal points */
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** mean score of the anomalies */
  readonly anomaly: number;
  /** mean part of the normal points that score below an anomaly */
  readonly rank: number;
}

const length = 3000;
const warmUp = 1000;
const isAnomaly = (i: number) => i % 47 === 46;

/** Numbers from which a record is made. */
interface Chance {
  /** standard normal */
  readonly normal: () => number;
  /** in (0, 1) */
  readonly uniform: () => number;
  /** -1 or 1 */
  readonly sign: () => number;
}

function shape(
  name: string,
  options: Partial<ForestOptions>,
  normal: (chance: Chance, i: number) => number[],
  anomaly: (chance: Chance, i: number) => number[],
): Shape {
  const uniform = uniformNoise(name.length);
  const chance = { normal: noise(1000 + name.length), uniform, sign: () => (uniform() < 0.5 ? -1 : 1) };
  const records = Array.from({ length }, (_, i) => (isAnomaly(i) ? anomaly : normal)(chance, i));
  const complete = { numberOfTrees: 100, subSampleSize: 256, timeDecay: 2560, shingleSize: 1, ...options };
  return { name, options: { ...complete, dimensions: records[0]!.length }, records };
}

const sine = (i: number, period: number) => Math.sin((2 * Math.PI * i) / period);
const level = (i: number) => [0, 10, 4, 15][Math.floor(i / 400) % 4]!;

export const shapes: readonly Shape[] = [
  shape(
    'normal noise',
    {},
    ({ normal }) => [normal()],
    ({ sign, uniform }) => [sign() * (2 + 2 * uniform())],
  ),
  shape(
    'a sine with noise',
    { numberOfTrees: 60, subSampleSize: 128, timeDecay: 1280 },
    ({ normal }, i) => [5 * sine(i, 50) + normal()],
    ({ sign, uniform }, i) => [5 * sine(i, 50) + sign() * (4 + 3 * uniform())],
  ),
  shape(
    'two clusters in 2 dimensions',
    {},
    ({ normal, uniform }) => {
      const centre = uniform() < 0.7 ? 0 : 8;
      return [centre + normal(), centre + normal()];
    },
    ({ normal, uniform }) =>
      uniform() < 0.5 ? [4 + normal() / 2, 4 + normal() / 2] : [normal(), 5 + normal()],
  ),
  shape(
    'a trend',
    { timeDecay: 500 },
    ({ normal }, i) => [i / 100 + normal()],
    ({ normal, sign }, i) => [i / 100 + 5 * sign() + normal()],
  ),
  shape(
    'a heavy tail',
    {},
    // Student's t with two degrees of freedom
    ({ normal, uniform }) => [normal() / Math.sqrt(-Math.log(uniform()))],
    ({ sign, uniform }) => [sign() * (4 + 8 * uniform())],
  ),
  shape(
    'rare events, counted',
    { subSampleSize: 64, timeDecay: 640 },
    ({ uniform }) => {
      let count = 0;
      for (let product = uniform(); product > Math.exp(-0.4); product *= uniform()) count++;
      return [count];
    },
    ({ uniform }) => [2 + Math.floor(4 * uniform())],
  ),
  shape(
    'steps',
    { timeDecay: 300 },
    ({ normal }, i) => [level(i) + normal() / 2],
    ({ normal, sign }, i) => [level(i) + 2.5 * sign() + normal() / 2],
  ),
  shape(
    '3 dimensions that go together',
    {},
    ({ normal }) => {
      const common = 2 * normal();
      return [common + normal() / 3, -common + normal() / 3, common / 2 + normal() / 3];
    },
    ({ normal, sign }) => {
      const side = 3 * sign();
      return [side + normal() / 3, side + normal() / 3, normal() / 3];
    },
  ),
  shape(
    '10 dimensions',
    { numberOfTrees: 50 },
    ({ normal }, i) => Array.from({ length: 10 }, (_, d) => normal() + 2 * sine(i, 30 + 5 * d)),
    ({ normal }, i) =>
      Array.from({ length: 10 }, (_, d) => normal() + 2 * sine(i, 30 + 5 * d) + (d % 5 === 0 ? 5 : 0)),
  ),
  shape(
    'a sine in shingles of 8',
    { shingleSize: 8, numberOfTrees: 50 },
    ({ normal }, i) => [sine(i, 32) + normal() / 5],
    ({ normal, sign }, i) => [sine(i, 32) + sign() + normal() / 5],
  ),
];

/** Leaves out the scores of the first records, and of those that have an anomaly before them in their shingle. */
export function figuresOf({ options }: Shape, scores: ArrayLike<number>): Figures {
  const normal: number[] = [];
  const anomalies: number[] = [];
  let last = -Infinity;
  for (let i = 0; i < scores.length; i++) {
    if (isAnomaly(i)) last = i;
    if (i < warmUp) continue;
    if (i === last) anomalies.push(scores[i]!);
    else if (i - last >= options.shingleSize) normal.push(scores[i]!);
  }
  normal.sort((a, b) => a - b);
  const quantile = (part: number) => normal[Math.floor(part * normal.length)]!;
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    mean: mean(normal),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    anomaly: mean(anomalies),
    rank: mean(anomalies.map((score) => normal.filter((other) => other < score).length / normal.length)),
  };
}
