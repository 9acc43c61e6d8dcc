import { flatState } from './flatState';

export interface MinimumChangeOptions {
  /** values in a record */
  readonly dimensions: number;
  /** changes up to this are never relevant, in the unit of the value; one for each value, or one for all. 0 */
  readonly absolute?: number | readonly number[];
  /** of a value that hardly ever changes: changes up to this part of its magnitude are not relevant. 0.001 */
  readonly relative?: number;
  /** records after which one counts 1/e of a new one. 256 */
  readonly memory?: number;
}

/** Sums of magnitudes stay finite. */
const largest = 1e150;

/**
 * The smallest change that matters. A forest sees nothing but order and proportion: where a value has been 2 for ever,
 * 2.000001 is as strange to it as 3. What people mean by "no change" depends on the magnitude, but only of flat data: of
 * readings that always move, be it by 1 around 100,000,000, the movement itself says what is usual.
 *
 * So the part of the magnitude counts in full for a value that never changes, and not at all for one that changes in
 * every second record or more often.
 */
export class MinimumChange {
  /** for each value: sum of the weights, how often it changed, the sum of its magnitudes, the value before, if any */
  private readonly memory: Float64Array;
  private readonly absolute: readonly number[];
  private readonly relative: number;
  private readonly kept: number;

  constructor(
    { dimensions, absolute = 0, relative = 0.001, memory = 256 }: MinimumChangeOptions,
    state?: readonly number[],
  ) {
    this.memory = flatState('a minimum change', 4 * dimensions, state);
    this.absolute = typeof absolute === 'number' ? new Array<number>(dimensions).fill(absolute) : absolute;
    this.relative = relative;
    this.kept = 1 - 1 / memory;
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.memory];
  }

  /** Takes in a record; what is NaN in it is left out. */
  learn(record: ArrayLike<number>): void {
    const { memory, kept } = this;
    for (let d = 0; d < this.absolute.length; d++) {
      const value = record[d]!;
      if (Number.isNaN(value)) continue;
      const at = 4 * d;
      const first = memory[at] === 0;
      memory[at] = kept * memory[at]! + 1;
      memory[at + 1] = kept * memory[at + 1]! + (first || memory[at + 3] === value ? 0 : 1);
      memory[at + 2] = kept * memory[at + 2]! + Math.min(Math.abs(value), largest);
      memory[at + 3] = value;
    }
  }

  /** The largest change of value `d` that does not matter. */
  of(d: number): number {
    const { memory } = this;
    const weight = memory[4 * d]!;
    if (weight === 0) return this.absolute[d]!;
    const flatness = Math.max(0, 1 - (2 * memory[4 * d + 1]!) / weight);
    return Math.max(this.absolute[d]!, flatness * this.relative * (memory[4 * d + 2]! / weight));
  }

  /** Whether two records differ by more than that in any value that both have. */
  isRelevant(record: ArrayLike<number>, other: ArrayLike<number>): boolean {
    for (let d = 0; d < this.absolute.length; d++) {
      if (Math.abs(record[d]! - other[d]!) > this.of(d)) return true;
    }
    return false;
  }
}
