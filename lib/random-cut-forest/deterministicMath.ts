/**
 * Logarithm and exponential from the four basic operations alone. ECMAScript leaves the last bits of `Math.log` and
 * `Math.exp` to the engine; one differing bit in a sampling decision would part two forests of the same seed for ever.
 * Accurate to a few 1e-15, relative.
 */

/** Natural logarithm of a positive number. */
export function ln(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  let exponent = 0;
  let mantissa = x;
  while (mantissa >= 4294967296) {
    mantissa /= 4294967296;
    exponent += 32;
  }
  while (mantissa < 1 / 4294967296) {
    mantissa *= 4294967296;
    exponent -= 32;
  }
  while (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  return exponent * Math.LN2 + twiceArtanh((mantissa - 1) / (mantissa + 1));
}

/** ln(1 + x) for x > -1, without loss where x is small. */
export function ln1p(x: number): number {
  return x > -0.25 && x < 0.4 ? twiceArtanh(x / (2 + x)) : ln(1 + x);
}

/** exp(x) - 1 without loss where x is small; -1 towards minus infinity. For x up to 1. */
export function expm1(x: number): number {
  if (x < -40) return -1;
  let halvings = 0;
  let part = x;
  while (part > 0.35 || part < -0.35) {
    part /= 2;
    halvings++;
  }
  let sum = 1 / 87178291200;
  sum = sum * part + 1 / 6227020800;
  sum = sum * part + 1 / 479001600;
  sum = sum * part + 1 / 39916800;
  sum = sum * part + 1 / 3628800;
  sum = sum * part + 1 / 362880;
  sum = sum * part + 1 / 40320;
  sum = sum * part + 1 / 5040;
  sum = sum * part + 1 / 720;
  sum = sum * part + 1 / 120;
  sum = sum * part + 1 / 24;
  sum = sum * part + 1 / 6;
  sum = sum * part + 1 / 2;
  sum = sum * part + 1;
  sum *= part;
  // exp(2y) - 1 = (exp(y) - 1) (exp(y) - 1 + 2)
  for (; halvings > 0; halvings--) sum *= sum + 2;
  return sum;
}

/** ln((1 + s) / (1 - s)) for |s| < 0.18: twice the power series of artanh, in parts that need not wait for one another. */
export function twiceArtanh(s: number): number {
  const x = s * s;
  const xx = x * x;
  const a = 1 + x * (1 / 3) + xx * (1 / 5 + x * (1 / 7));
  const b = 1 / 9 + x * (1 / 11) + xx * (1 / 13 + x * (1 / 15));
  const c = 1 / 17 + x * (1 / 19) + xx * (1 / 21 + x * (1 / 23));
  const x4 = xx * xx;
  return 2 * s * (a + x4 * (b + x4 * c));
}
