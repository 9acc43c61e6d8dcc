import type { Missing } from './DetectorOptions';
import { Filling, type Filled, type Guesses } from './Filling';

/** What stands in for the missing values of records, each value by itself. */
export class Fillings {
  private readonly each: readonly Filling[];

  /**
   * @param dimensions values of a record
   * @param state what `state` gave; of several values also that of a single gap, which told of none of them
   */
  constructor(dimensions: number, missing?: Missing, state?: readonly number[]) {
    const length = (state?.length ?? 0) / dimensions;
    const isWhole = state !== undefined && (dimensions === 1 || state.length > Filling.numbers);
    this.each = Array.from(
      { length: dimensions },
      (_, d) => new Filling(missing, isWhole ? state.slice(d * length, (d + 1) * length) : undefined),
    );
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return this.each.flatMap((filling) => filling.state());
  }

  get byteLength(): number {
    return 8 * Filling.numbers * this.each.length;
  }

  /** Whether what stands in is judged as if it had come. */
  get isJudged(): boolean {
    return this.each[0]!.isJudged;
  }

  /** What stands in for value `d` of a record at a time, ms since the epoch; NaN for nothing yet. */
  standIn(d: number, time: number, guesses: Guesses): number {
    this.each[d]!.leaveOut(time);
    return this.each[d]!.standIn(guesses);
  }

  /** What value `d` was in the gap that ends; see Filling. */
  lineTo(d: number, from: Filled, to: Filled): readonly Filled[] {
    return this.each[d]!.lineTo(from, to);
  }
}
