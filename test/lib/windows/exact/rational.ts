/** Doubles as whole multiples of the smallest one, 2^-1074, and back: arithmetic without any error to compare with. */

const smallest = 1074;

/** A double in units of 2^-1074. */
export function rational(value: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const exponent = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const size = exponent === 0 ? fraction : (fraction | (1n << 52n)) << BigInt(exponent - 1);
  return value < 0 ? -size : size;
}

/** The double nearest to a value in units of 2^-`unit`, a tie to even. */
export function rounded(value: bigint, unit = smallest): number {
  const size = value < 0n ? -value : value;
  // A hundred bits round like all of them when the last one says whether anything lies below.
  const spare = BigInt(Math.max(0, size.toString(2).length - 100));
  const top = size >> spare;
  const sticky = top << spare === size ? top : top | 1n;
  return (value < 0n ? -1 : 1) * scaled(Number(sticky), Number(spare) - unit);
}

/** The square root of a fraction in units of 2^-2148, off by at most a unit of the last digit. */
export function root(numerator: bigint, denominator: bigint): number {
  const more = 400n;
  const square = (numerator << more) / denominator;
  if (square === 0n) return 0;
  // Newton's method from above: as soon as it no longer falls, it is there.
  let guess = 1n << BigInt(Math.ceil(square.toString(2).length / 2) + 1);
  while (guess * guess > square) guess = (guess + square / guess) >> 1n;
  return rounded(guess, smallest + Number(more) / 2);
}

/** In two steps, since the power alone may be no double. Exact while the result is a normal number. */
function scaled(value: number, power: number): number {
  const half = Math.trunc(power / 2);
  return value * 2 ** half * 2 ** (power - half);
}
