import { noise, uniformNoise } from './noise';

/** A series without anomalies: its next value each time. */
export type Shape = (seed: number) => () => number;

/** Number of events in a unit of time when `mean` are usual: Knuth's product of uniform numbers. */
function poisson(uniform: () => number, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > limit; product *= uniform()) count++;
  return count;
}

/** Autoregressive of order one around 0, of deviation 1. */
function autoregressive(random: () => number, memory: number): () => number {
  let value = 0;
  return () => (value = memory * value + Math.sqrt(1 - memory * memory) * random());
}

/**
 * Series as they come from machines and shops, with nothing wrong in them, so that whatever is called rare in them must be
 * as rare as it is said to be.
 */
export const shapes: Readonly<Record<string, Shape>> = {
  'normal noise': noise,
  'uniform noise': uniformNoise,
  lognormal: (seed) => {
    const random = noise(seed);
    return () => Math.exp(random());
  },
  /** Student's t of 3 degrees of freedom */
  'heavy tails': (seed) => {
    const random = noise(seed);
    return () => random() / Math.sqrt((random() ** 2 + random() ** 2 + random() ** 2) / 3);
  },
  'a sine and noise': (seed) => {
    const random = noise(seed);
    let t = 0;
    return () => 5 * Math.sin((2 * Math.PI * t++) / 60) + random();
  },
  /** of five-minute records, the weekend lower */
  'days and weeks': (seed) => {
    const random = noise(seed);
    let t = 0;
    return () => {
      const day = Math.floor(t / 288);
      const level = 100 + (day % 7 > 4 ? 30 : 60) * Math.sin((2 * Math.PI * t++) / 288);
      return level + 3 * random();
    };
  },
  'a walk drawn back': (seed) => autoregressive(noise(seed), 0.999),
  'an autoregressive series': (seed) => autoregressive(noise(seed), 0.9),
  counts: (seed) => {
    const uniform = uniformNoise(seed);
    return () => poisson(uniform, 20);
  },
  'sparse counts': (seed) => {
    const uniform = uniformNoise(seed);
    return () => poisson(uniform, 0.1);
  },
  'a mixture': (seed) => {
    const random = noise(seed);
    const uniform = uniformNoise(seed + 1000);
    return () => (uniform() < 0.7 ? random() : uniform() < 0.9 ? 20 + 3 * random() : 60 + 10 * random());
  },
};
