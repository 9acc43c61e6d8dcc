import { noise, uniformNoise } from './noise';

/** An event that was planted in a series. */
export interface Planted {
  readonly kind: 'spike' | 'silence' | 'drop' | 'more';
  /** first and last record */
  readonly from: number;
  readonly to: number;
}

export interface PlantedSeries {
  readonly values: readonly number[];
  readonly events: readonly Planted[];
}

interface Source {
  /** the next value at the place of the day (0 to 1), with the usual amount of what is measured times `more` */
  next(day: number, more: number): number;
  /** how much more there is while there is more, and for how many records */
  readonly more: readonly [factor: number, records: number];
  /** records of silence, long enough never to come by chance */
  readonly silence: number;
  readonly spike: number;
  /** what a drop falls to; left out of counts that are 0 as a rule */
  readonly drop?: number;
}

interface Dice {
  readonly normal: () => number;
  readonly uniform: () => number;
}

/** Knuth's product of uniform numbers. */
function poisson({ uniform }: Dice, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > limit; product *= uniform()) count++;
  return count;
}

/** Gamma of a shape that is half a whole number, of mean 1: squares of normal numbers. */
function gamma({ normal }: Dice, halves: number): number {
  let sum = 0;
  for (let i = 0; i < halves; i++) sum += normal() ** 2;
  return sum / halves;
}

const wave = (day: number) => Math.sin(2 * Math.PI * day);

/** What machines and shops count and measure, by how its values lie. */
const sources: Readonly<Record<string, (dice: Dice) => Source>> = {
  'bytes, lognormal': ({ normal }) => ({
    next: (_, more) => Math.round(more * Math.exp(13 + 1.5 * normal())),
    more: [20, 24],
    silence: 24,
    spike: Math.exp(13 + 1.5 * 6),
    drop: 20,
  }),
  'bytes, Pareto': ({ uniform }) => ({
    next: (_, more) => Math.round(more * 1000 * uniform() ** (-1 / 1.5)),
    more: [20, 24],
    silence: 24,
    spike: 5e6,
    drop: 20,
  }),
  'bytes by day': ({ normal }) => ({
    next: (day, more) => Math.round(more * Math.exp(13 + 1.2 * wave(day) + 0.5 * normal())),
    more: [8, 24],
    silence: 24,
    spike: Math.exp(13 + 1.2 + 0.5 * 6),
    drop: 10_000,
  }),
  'ratio of counts': (dice) => ({
    next: (_, more) => poisson(dice, 8 * more) / (900 + poisson(dice, 100)),
    more: [3, 24],
    silence: 24,
    spike: 0.035,
    drop: 0,
  }),
  'rare events': (dice) => ({
    next: (_, more) => poisson(dice, 0.05 * more),
    more: [8, 60],
    silence: 400,
    spike: 6,
  }),
  'clustered counts': (dice) => ({
    next: (_, more) => poisson(dice, 0.2 * more * gamma(dice, 1)),
    more: [8, 48],
    silence: 150,
    spike: 15,
  }),
  'bursts of errors': (dice) => {
    let left = 0;
    return {
      next: (_, more) => {
        if (left === 0 && dice.uniform() < 0.02 * more) left = 2 + Math.floor(6 * dice.uniform());
        return left > 0 ? (left--, 1 + poisson(dice, 5)) : 0;
      },
      more: [12, 60],
      silence: 500,
      spike: 40,
    };
  },
  'orders of a small shop': (dice) => ({
    next: (day, more) => poisson(dice, 0.5 * more * Math.max(0, wave(day))),
    more: [8, 48],
    silence: 288,
    spike: 10,
  }),
  'normal noise': ({ normal }) => ({
    next: (_, more) => 100 + (more > 1 ? 8 : 0) + 2 * normal(),
    more: [2, 24],
    silence: 24,
    spike: 120,
    drop: 80,
  }),
  'counts of twenty': (dice) => ({
    next: (_, more) => poisson(dice, 20 * more),
    more: [3, 24],
    silence: 24,
    spike: 60,
    drop: 1,
  }),
};

export const plantedKinds = Object.keys(sources);

const perDay = 288;
const [first, apart, length] = [3000, 800, 20_000];

/** A series of every five minutes in which every 800 records something happens, each kind of event in turn. */
export function plantedSeries(kind: string, seed: number): PlantedSeries {
  const dice = { normal: noise(7 * seed), uniform: uniformNoise(7 * seed + 1) };
  const source = sources[kind]!(dice);
  const events: Planted[] = [];
  for (let from = first; from + apart < length; from += apart) {
    const kinds = (['spike', 'silence', 'drop', 'more'] as const).filter(
      (each) => each !== 'drop' || source.drop !== undefined,
    );
    const its = kinds[events.length % kinds.length]!;
    const lengths = { spike: 1, silence: source.silence, drop: 6, more: source.more[1] };
    const at = from + Math.floor(200 * dice.uniform());
    events.push({ kind: its, from: at, to: at + lengths[its] - 1 });
  }
  const values = Array.from({ length }, (_, i) => {
    const event = events.find(({ from, to }) => i >= from && i <= to)?.kind;
    const value = source.next((i % perDay) / perDay, event === 'more' ? source.more[0] : 1);
    if (event === 'spike') return source.spike;
    if (event === 'drop') return source.drop!;
    return event === 'silence' ? 0 : value;
  });
  return { values, events };
}
