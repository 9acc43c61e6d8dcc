import { flatState } from '../flatState';
import type { ExpectedValue } from './Verdict';

/** Parts of a day. */
const bins = 48;
/** How much a new value counts in its part of the day; in the latest level; in how wrong each guess is. */
const dailyRate = 0.05;
const levelRate = 0.3;
const errorRate = 0.01;
/** The part of usual values that lies outside the band, and on either side. */
const outside = 0.1;
/** How far a bound moves at a time, in usual errors. */
const step = 0.1;
/** Guesses: what the time of day says; what the latest values say; both. */
const guesses = 3;
/** Where its numbers lie. */
const [level, offset, errors, lower, upper, seen, profile] = [0, 1, 2, 5, 6, 7, 8];
const numbers = profile + 2 * bins;

/**
 * What one value should be next, and a band around it. Of three plain guesses it takes the one that was least wrong of
 * late. The bounds of the band move by feedback, out when a value misses them and in when not, so that in the long run
 * the stated part of the values lies within, whatever the data and however they change (Gibbs and Candès, "Adaptive
 * conformal inference under distribution shift", 2021).
 */
export class Expectation {
  static readonly numbers = numbers;
  private readonly memory: Float64Array;

  constructor(state?: readonly number[]) {
    this.memory = flatState('an expectation', numbers, state);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.memory];
  }

  /** @param day the part of the day that has passed, 0 to below 1 */
  at(day: number): ExpectedValue {
    const { memory } = this;
    const value = this.guess(this.best, day);
    return { value, lower: value + memory[lower]!, upper: value + memory[upper]! };
  }

  learn(day: number, x: number): void {
    const { memory } = this;
    if (memory[seen] === 0) memory[level] = x;
    const best = this.best;
    const error = x - this.guess(best, day);
    if (memory[seen]! > 0) this.moveBounds(error, step * memory[errors + best]!);
    const rate = Math.max(errorRate, 1 / (memory[seen]! + 1));
    for (let i = 0; i < guesses; i++) {
      const wrong = Math.abs(x - this.guess(i, day));
      memory[errors + i] = memory[errors + i]! + rate * (wrong - memory[errors + i]!);
    }
    const at = profile + 2 * Math.floor(day * bins);
    const usual = this.guess(0, day);
    memory[offset] = memory[offset]! + levelRate * (x - usual - memory[offset]!);
    memory[at + 1]!++;
    memory[at] = memory[at]! + Math.max(dailyRate, 1 / memory[at + 1]!) * (x - memory[at]!);
    memory[level] = memory[level]! + levelRate * (x - memory[level]!);
    memory[seen]!++;
  }

  /** The guess that was least wrong. */
  private get best(): number {
    const { memory } = this;
    let best = 0;
    for (let i = 1; i < guesses; i++) if (memory[errors + i]! < memory[errors + best]!) best = i;
    return best;
  }

  private guess(index: number, day: number): number {
    const { memory } = this;
    const at = profile + 2 * Math.floor(day * bins);
    const usual = memory[at + 1] === 0 ? memory[level]! : memory[at]!;
    if (index === 0) return usual;
    return index === 1 ? memory[level]! : usual + memory[offset]!;
  }

  private moveBounds(error: number, by: number): void {
    const { memory } = this;
    const side = outside / 2;
    memory[upper] = Math.max(0, memory[upper]! + by * (error > memory[upper]! ? 1 - side : -side));
    memory[lower] = Math.min(0, memory[lower]! - by * (error < memory[lower]! ? 1 - side : -side));
  }
}
