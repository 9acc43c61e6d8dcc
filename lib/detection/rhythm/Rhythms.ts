import type { WallClock } from '../calendar/LocalClock';
import { offRhythm } from './offRhythm';
import { Rhythm, type Usual } from './Rhythm';

/** The rhythms of all values of a record, as one more view of how strange a record is. */
export class Rhythms {
  private readonly each: readonly Rhythm[];

  /**
   * @param clock of the zone whose days and weeks people keep
   * @param states of each value what `states` gave
   */
  constructor(values: number, clock: WallClock, states: readonly (readonly number[] | undefined)[]) {
    this.each = Array.from({ length: values }, (_, d) => new Rhythm(clock, states[d]));
  }

  /** Everything they know, for the constructor. */
  states(): number[][] {
    return this.each.map((rhythm) => rhythm.state());
  }

  get byteLength(): number {
    return this.each.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** What is usual of each value at a time; undefined while nothing is known. */
  usual(time: number): readonly (Usual | undefined)[] {
    return this.each.map((rhythm) => rhythm.usual(time));
  }

  /** Remembers that people were told of what goes on. */
  noteTold(): void {
    for (const rhythm of this.each) rhythm.noteTold();
  }

  /**
   * Looks at a record and then learns it.
   * @param record NaN of what is missing
   * @param parts HIGH and LOW of each value, to which those of its rhythm are added
   * @param usual what `usual` gives for this time
   * @returns how strange it is that the values are not what is usual at this time; 0 without a rhythm
   */
  take(time: number, record: ArrayLike<number>, parts: Float64Array, usual = this.usual(time)): number {
    let sum = 0;
    for (let d = 0; d < this.each.length; d++) {
      const rhythm = this.each[d]!;
      const value = record[d]!;
      if (Number.isNaN(value)) continue;
      rhythm.learn(time, value);
      const its = usual[d];
      const off = its ? offRhythm(its, value) : 0;
      const side = 2 * d + (off > 0 ? 0 : 1);
      parts[side] = parts[side]! + Math.abs(off);
      sum += Math.abs(off);
    }
    return sum;
  }
}
