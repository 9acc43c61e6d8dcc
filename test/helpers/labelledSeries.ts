import { noise, uniformNoise } from './noise';

/** Series of which it is known when they were strange. */
export interface LabelledSeries {
  readonly kind: string;
  /** ms since the epoch */
  readonly times: readonly number[];
  readonly records: readonly (readonly number[])[];
  /** first and last record of each strange event */
  readonly events: readonly (readonly [number, number])[];
}

const interval = 300_000;
const perDay = 288;

/** Usual values of metrics of the cloud, by what they look like. */
const kinds: Readonly<Record<string, (i: number, random: () => number, uniform: () => number) => number>> = {
  'idle cpu': (_i, random, uniform) =>
    0.5 + 0.02 * random() + (uniform() < 0.005 ? 0.4 * uniform() ** -0.4 : 0),
  requests: (i, random) => 1000 * (1 + 0.6 * wave(i)) * (1 + 0.05 * random()),
  'nightly job': (i, random) => 20 + random() + (i % perDay < 3 ? 60 + 3 * random() : 0),
  latency: (_i, random) => 80 * Math.exp(0.15 * random()),
  errors: (i, _random, uniform) => Math.floor(3 * (1.2 + wave(i)) * uniform() ** 2),
  temperature: (i, random) => 70 + 8 * wave(i / 9.3) + 0.5 * random(),
};

/**
 * A week of each kind, every five minutes, with three events: a spike, an hour of nothing, and an hour at a level that is
 * new to the series.
 */
export function cloudMetrics(seed: number): LabelledSeries[] {
  return Object.entries(kinds).map(([kind, usual], index) => {
    const random = noise(100 * seed + index);
    const uniform = uniformNoise(100 * seed + index + 50);
    const values = Array.from({ length: 7 * perDay }, (_, i) => usual(i, random, uniform));
    const sorted = [...values].sort((a, b) => a - b);
    const range = sorted.at(-1)! - sorted[0]!;
    const at = [0.4, 0.6, 0.8].map((part) => Math.floor(values.length * part + 100 * uniform()));
    const lengths = [2, 12, 12];
    const strange = [
      () => sorted.at(-1)! + range,
      () => sorted[0]! - 0.5 * range,
      () => sorted.at(-1)! + 0.5 * range,
    ];
    at.forEach((first, event) => {
      for (let i = first; i < first + lengths[event]!; i++)
        values[i] = strange[event]!() + 0.02 * range * random();
    });
    return {
      kind,
      times: values.map((_, i) => i * interval),
      records: values.map((value) => [value]),
      events: at.map((first, event) => [first, first + lengths[event]! - 1] as const),
    };
  });
}

/**
 * A machine of `metrics` metrics that follow a common load, a rhythm of days and noise of their own, in units of their own;
 * one of them never changes and one is always 0. In each event a quarter of them move.
 */
export function machineMetrics(seed: number, metrics: number, length: number): LabelledSeries {
  const random = noise(seed);
  const uniform = uniformNoise(seed + 1);
  const shapes = Array.from({ length: metrics }, () => ({
    unit: Math.exp(3 * random()),
    load: random(),
    daily: random(),
    own: 0.2 + 0.5 * uniform(),
  }));
  let load = 0;
  const records = Array.from({ length }, (_, i) => {
    load = 0.95 * load + 0.3 * random();
    return shapes.map(({ unit, load: share, daily, own }, d) => {
      const value = unit * (5 + share * load + daily * wave(i) + own * random());
      return d === 0 ? 0 : d === 1 ? unit : value;
    });
  });
  const events: [number, number][] = [];
  for (let first = 600; first + 150 < length; first += 400 + Math.floor(300 * uniform())) {
    const last = first + 40 + Math.floor(60 * uniform());
    for (let moved = 0; moved < metrics / 4; moved++) {
      const d = 2 + Math.floor((metrics - 2) * uniform());
      const by = (uniform() < 0.5 ? 3 : -3) * shapes[d]!.unit;
      for (let i = first; i <= last; i++) records[i]![d] = records[i]![d]! + by;
    }
    events.push([first, last]);
  }
  return { kind: 'machine', times: records.map((_, i) => i * interval), records, events };
}

/** Average precision: the mean, over the strange records, of the part that is strange of all that score as high. */
export function averagePrecision(
  scores: ArrayLike<number>,
  { events }: LabelledSeries,
  from: number,
): number {
  const order = Array.from({ length: scores.length - from }, (_, i) => from + i);
  order.sort((a, b) => scores[b]! - scores[a]!);
  let strange = 0;
  let sum = 0;
  order.forEach((record, place) => {
    if (!events.some(([first, last]) => record >= first && record <= last)) return;
    strange++;
    sum += strange / (place + 1);
  });
  return sum / strange;
}

function wave(i: number): number {
  return Math.sin((2 * Math.PI * i) / perDay);
}
