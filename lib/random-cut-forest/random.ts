import { expm1, ln1p, twiceArtanh } from './deterministicMath';

/**
 * Random numbers by hashing a counter, one counter and one key for each tree. A tree's numbers depend on nothing but its
 * own history, so neither batching nor the order or the thread in which trees are visited can change a result, and a
 * snapshot of the counters resumes exactly.
 */
export function seedStreams(streams: Uint32Array, seed: number): void {
  for (let i = 0; i < streams.length; i += 2) {
    streams[i] = 0;
    streams[i + 1] = mix(Math.imul(mix(seed), 0x9e3779b1) + i);
  }
}

/** Uniform in the open interval (0, 1), with 32 random bits. */
export function uniform(streams: Uint32Array, tree: number): number {
  return (bits(streams, tree) + 0.5) / 4294967296;
}

/** Exponential with mean 1: -ln(u) of a uniform u, whose leading zero bits are a logarithm already. */
export function exponential(streams: Uint32Array, tree: number): number {
  const drawn = bits(streams, tree);
  const zeros = Math.min(Math.clz32(drawn), 31);
  const upper = ((drawn + 0.5) * 2 ** zeros) / 4294967296;
  const isLow = upper < Math.SQRT1_2;
  const mantissa = isLow ? 2 * upper : upper;
  return (zeros + (isLow ? 1 : 0)) * Math.LN2 - twiceArtanh((mantissa - 1) / (mantissa + 1));
}

/**
 * The same on condition that it is below a bound. Below a low one its density is nearly flat: a uniform number is taken
 * with a probability in proportion to the density there (von Neumann's rejection), which seldom takes a second.
 */
export function exponentialBelow(streams: Uint32Array, tree: number, bound: number): number {
  if (bound > 0.5) return -ln1p(expm1(-bound) * uniform(streams, tree));
  let drawn: number;
  let level: number;
  do {
    drawn = bound * uniform(streams, tree);
    level = uniform(streams, tree);
    // exp(-x) is above 1 - x, so that it need seldom be known.
  } while (level >= 1 - drawn && level >= 1 + expm1(-drawn));
  return drawn;
}

function bits(streams: Uint32Array, tree: number): number {
  const at = 2 * tree;
  const count = (streams[at]! + 1) >>> 0;
  streams[at] = count;
  return mix(mix(Math.imul(count, 0x9e3779b1)) ^ streams[at + 1]!);
}

/** A bijection of 32-bit numbers in which every input bit changes every output bit with probability near one half. */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}
