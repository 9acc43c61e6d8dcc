import { noise, uniformNoise } from '../noise';

/** Random choices, the same for the same seed. */
export class Dice {
  readonly normal: () => number;
  readonly uniform: () => number;

  constructor(seed: number) {
    this.normal = noise(2 * seed);
    this.uniform = uniformNoise(2 * seed + 1);
  }

  /** A number from `low` to below `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** The same, each factor as often as any other. */
  timesBetween(low: number, high: number): number {
    return low * (high / low) ** this.uniform();
  }

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(count * this.uniform());
  }

  happens(chance: number): boolean {
    return this.uniform() < chance;
  }

  sign(): 1 | -1 {
    return this.happens(0.5) ? 1 : -1;
  }

  /** One of the keys, as often as its weight among the others. */
  oneOf<Key extends string>(weights: Readonly<Partial<Record<Key, number>>>): Key {
    const entries = Object.entries(weights) as [Key, number][];
    let left = this.uniform() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries.at(-1)![0];
  }

  /** `count` different whole numbers from 0 to below `all`. */
  some(count: number, all: number): number[] {
    const left = Array.from({ length: all }, (_, i) => i);
    return Array.from({ length: Math.min(count, all) }, () => left.splice(this.below(left.length), 1)[0]!);
  }

  /** A walk drawn back to 0, of deviation 1, that forgets all but 1/e of itself in so many steps. */
  walk(memory: number): () => number {
    const kept = Math.exp(-1 / memory);
    let value = this.normal();
    return () => (value = kept * value + Math.sqrt(1 - kept * kept) * this.normal());
  }
}
