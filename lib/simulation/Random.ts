/**
 * A seeded source of randomness that gives the same numbers on every platform: the 32-bit generator sfc32 of the
 * PractRand suite, seeded through the splitmix32 finaliser. Nothing here uses Math.log, Math.sin or Math.pow, whose last
 * digit may differ between engines; square roots and the four operations are exact by IEEE 754.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** @param seeds whole numbers; each different list, in this order, is a stream of its own */
  constructor(...seeds: readonly number[]) {
    let state = 0x9e3779b9;
    // A seed may be larger than 32 bits, so both halves count.
    for (const seed of seeds) state = mix(mix(state ^ seed) ^ Math.floor(seed / 2 ** 32));
    this.a = mix(state + 1);
    this.b = mix(state + 2);
    this.c = mix(state + 3);
    for (let round = 0; round < 12; round++) this.next();
  }

  /** A number from 0 up to but without 1, in steps of 2^-32. */
  next(): number {
    const sum = (this.a + this.b + this.counter++) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** True with the given probability; never for 0, always for 1. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  pick<T>(choices: readonly [T, ...T[]]): T;
  pick<T>(choices: readonly T[]): T | undefined;
  pick<T>(choices: readonly T[]): T | undefined {
    return choices[this.integer(0, choices.length - 1)];
  }

  /** A number from a bell curve around 0 with deviation 1, between -6 and 6: twelve uniform ones added up. */
  bell(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.next();
    return sum;
  }

  /** A Pareto-distributed factor of at least 1 with exponent 2 (mean about 2), cut off at `max`. */
  heavyTail(max: number): number {
    return Math.min(max, 1 / Math.sqrt(1 - this.next()));
  }
}

/** The finaliser of splitmix32: every bit of the input reaches every bit of the result. */
function mix(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return bits ^ (bits >>> 15);
}
