// lib/random-cut-forest/deterministicMath.ts and random.ts, operation by operation.
import { streams } from './state';

export const LN2: f64 = 0.6931471805599453;
const SQRT2: f64 = 1.4142135623730951;
const SQRT1_2: f64 = 0.7071067811865476;

export function ln(x: f64): f64 {
  if (!(x > 0 && x < Infinity)) return x == 0 ? -Infinity : x > 0 ? x : NaN;
  let exponent: f64 = 0;
  let mantissa = x;
  while (mantissa >= 4294967296.0) {
    mantissa /= 4294967296.0;
    exponent += 32;
  }
  while (mantissa < 1.0 / 4294967296.0) {
    mantissa *= 4294967296.0;
    exponent -= 32;
  }
  while (mantissa > SQRT2) {
    mantissa *= 0.5;
    exponent += 1;
  }
  while (mantissa < SQRT1_2) {
    mantissa *= 2;
    exponent -= 1;
  }
  return exponent * LN2 + twiceArtanh((mantissa - 1) / (mantissa + 1));
}

export function ln1p(x: f64): f64 {
  return x > -0.25 && x < 0.4 ? twiceArtanh(x / (2 + x)) : ln(1 + x);
}

export function expm1(x: f64): f64 {
  if (x < -40) return -1;
  let halvings = 0;
  let part = x;
  while (part > 0.35 || part < -0.35) {
    part *= 0.5;
    halvings++;
  }
  let sum: f64 = 1.0 / 87178291200.0;
  sum = sum * part + 1.0 / 6227020800.0;
  sum = sum * part + 1.0 / 479001600.0;
  sum = sum * part + 1.0 / 39916800.0;
  sum = sum * part + 1.0 / 3628800.0;
  sum = sum * part + 1.0 / 362880.0;
  sum = sum * part + 1.0 / 40320.0;
  sum = sum * part + 1.0 / 5040.0;
  sum = sum * part + 1.0 / 720.0;
  sum = sum * part + 1.0 / 120.0;
  sum = sum * part + 1.0 / 24.0;
  sum = sum * part + 1.0 / 6.0;
  sum = sum * part + 1.0 / 2.0;
  sum = sum * part + 1;
  sum *= part;
  for (; halvings > 0; halvings--) sum *= sum + 2;
  return sum;
}

function twiceArtanh(s: f64): f64 {
  const x = s * s;
  const xx = x * x;
  const a = 1.0 + x * (1.0 / 3.0) + xx * (1.0 / 5.0 + x * (1.0 / 7.0));
  const b = 1.0 / 9.0 + x * (1.0 / 11.0) + xx * (1.0 / 13.0 + x * (1.0 / 15.0));
  const c = 1.0 / 17.0 + x * (1.0 / 19.0) + xx * (1.0 / 21.0 + x * (1.0 / 23.0));
  const x4 = xx * xx;
  return 2 * s * (a + x4 * (b + x4 * c));
}

/** Uniform in (0, 1), the next of a tree's own numbers. */
export function uniform(tree: i32): f64 {
  return (<f64>bits(tree) + 0.5) / 4294967296.0;
}

/** Exponential with mean 1. */
export function exponential(tree: i32): f64 {
  const drawn = bits(tree);
  const zeros = min<u32>(clz(drawn), 31);
  const upper = ((<f64>drawn + 0.5) * <f64>((<u32>1) << zeros)) / 4294967296.0;
  const isLow = upper < SQRT1_2;
  const mantissa = select<f64>(2 * upper, upper, isLow);
  return <f64>(zeros + u32(isLow)) * LN2 - twiceArtanh((mantissa - 1) / (mantissa + 1));
}

/** The same on condition that it is below a bound. */
export function exponentialBelow(tree: i32, bound: f64): f64 {
  if (bound > 0.5) return -ln1p(expm1(-bound) * uniform(tree));
  let drawn: f64;
  let level: f64;
  do {
    drawn = bound * uniform(tree);
    level = uniform(tree);
  } while (level >= 1 - drawn && level >= 1 + expm1(-drawn));
  return drawn;
}

function bits(tree: i32): u32 {
  const stream = streams + ((<usize>tree) << 3);
  const count = load<u32>(stream) + 1;
  store<u32>(stream, count);
  return mix(mix(count * 0x9e3779b1) ^ load<u32>(stream, 4));
}

function mix(value: u32): u32 {
  let x = value;
  x = (x ^ (x >>> 16)) * 0x21f0aaad;
  x = (x ^ (x >>> 15)) * 0x735a2d97;
  return x ^ (x >>> 15);
}
