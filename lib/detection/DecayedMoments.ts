import { flatState } from './flatState';

/** Values further from 0 are taken as that far, so that squares stay finite. */
const largest = 1e150;

/**
 * Mean and standard deviation of each of several values, in which old records fade. They are carried on by differences
 * from the mean (Welford 1962; West 1979 with weights), so that values of 100,000,000 plus or minus 1 lose nothing.
 */
export class DecayedMoments {
  /** for each value: the sum of the weights, the mean, the weighted sum of squared deviations */
  private readonly memory: Float64Array;

  /** @param decay the part of its weight that a record loses with each one after it, 0 to below 1 */
  constructor(
    private readonly values: number,
    private readonly decay: number,
    state?: readonly number[],
  ) {
    this.memory = flatState('decayed moments', 3 * values, state);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.memory];
  }

  /** Takes in a record; what is NaN in it is left out. */
  learn(record: ArrayLike<number>): void {
    for (let d = 0; d < this.values; d++) this.learnOne(d, record[d]!);
  }

  /** Takes in value `d` alone. */
  learnOne(d: number, value: number): void {
    if (Number.isNaN(value)) return;
    const { memory } = this;
    const kept = 1 - this.decay;
    const weight = kept * memory[3 * d]! + 1;
    const bounded = Math.min(largest, Math.max(-largest, value));
    const apart = bounded - memory[3 * d + 1]!;
    const mean = memory[3 * d + 1]! + apart / weight;
    memory[3 * d] = weight;
    memory[3 * d + 1] = mean;
    memory[3 * d + 2] = kept * memory[3 * d + 2]! + apart * (bounded - mean);
  }

  /** How many records value `d` rests on, each counted by what is left of its weight. */
  weight(d: number): number {
    return this.memory[3 * d]!;
  }

  /** 0 of nothing. */
  mean(d: number): number {
    return this.memory[3 * d + 1]!;
  }

  /** 0 of nothing. */
  deviation(d: number): number {
    const weight = this.memory[3 * d]!;
    return weight === 0 ? 0 : Math.sqrt(this.memory[3 * d + 2]! / weight);
  }
}
