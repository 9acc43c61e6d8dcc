import { flatState } from '../flatState';
import type { ExpectedValue } from './Verdict';

/** Parts of a day. */
const bins = 48;
/** How much a new value counts in its part of the day; in the latest level; in how wrong each guess is. */
const dailyRate = 0.05;
const levelRate = 0.3;
const errorRate = 0.01;
/** A value that is wrong by so many usual errors counts so much less, once there were so many: it may be of an incident. */
const incident = { errors: 6, weight: 1 / 32, records: 50 };
/** The part of usual values that lies outside the band, and on either side. */
const outside = 0.1;
/** How far a bound moves at a time, in usual errors. */
const step = 0.1;
/** Nothing is expected further outside the range of what there was than this part of it. */
const beyond = 0.1;
/** A guess that is so many times as wrong as the best one is still a good one. */
const nearlyAsGood = 2;
/** Guesses: what the time of day says; what the latest values say; both; what the rhythm says. */
const guesses = 4;
/** Where its numbers lie; `side` is the one on which the latest value was far off, 1 or -1, else 0. */
const [level, offset, errors, lower, upper, seen, lowest, highest, side, profile] = [
  0, 1, 2, 6, 7, 8, 9, 10, 11, 12,
];
const numbers = profile + 2 * bins;

/**
 * What one value should be next, and a band around it. Of four plain guesses it takes the one that was least wrong of
 * late. The bounds of the band move by feedback, out when a value misses them and in when not, so that in the long run
 * the stated part of the values lies within, whatever the data and however they change (Gibbs and Candès, "Adaptive
 * conformal inference under distribution shift", 2021).
 *
 * Values that are far off are followed slowly, so that while an incident lasts it is still told what should have been.
 * What never was is not expected: of a series that is never negative, nothing below 0.
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

  /**
   * @param day the part of the day that has passed, 0 to below 1
   * @param rhythm what the rhythm of the series brings now; NaN when none is known
   */
  at(day: number, rhythm = NaN): ExpectedValue {
    const { memory } = this;
    const value = this.guess(this.trusted(rhythm), day, rhythm);
    return {
      value,
      lower: this.likely(value + memory[lower]!),
      upper: this.likely(value + memory[upper]!),
    };
  }

  /** @param rhythm as for `at` */
  learn(day: number, x: number, rhythm = NaN): void {
    const { memory } = this;
    if (memory[seen] === 0) memory[level] = memory[lowest] = memory[highest] = x;
    const best = this.trusted(rhythm);
    const error = x - this.guess(best, day, rhythm);
    const usualError = memory[errors + best]!;
    if (memory[seen]! > 0) this.moveBounds(error, step * usualError);
    const least = Math.min(
      Math.abs(error),
      Number.isNaN(rhythm) ? Infinity : Math.abs(x - this.likely(rhythm)),
    );
    // What the rhythm brings is of no incident, however far it is from the latest values.
    const isOff = memory[seen]! >= incident.records && least > incident.errors * usualError;
    const weight = isOff ? incident.weight : 1;
    const its = isOff ? Math.sign(error) : 0;
    // One value far off tells how wrong guesses are; those that follow on the same side tell of the same incident.
    const goesOn = isOff && its === memory[side];
    memory[side] = its;
    const slowly = Number.isNaN(rhythm) ? incident.weight * errorRate : 0;
    const rate = goesOn ? slowly : Math.max(errorRate, 1 / (memory[seen]! + 1));
    for (let i = 0; i < guesses; i++) {
      const wrong = Math.abs(x - this.guess(i, day, rhythm));
      memory[errors + i] = memory[errors + i]! + rate * (wrong - memory[errors + i]!);
    }
    const at = profile + 2 * Math.floor(day * bins);
    const usual = this.guess(0, day, rhythm);
    memory[offset] = memory[offset]! + weight * levelRate * (x - usual - memory[offset]!);
    const count = ++memory[at + 1]!;
    const part = count === 1 ? 1 : weight * Math.max(dailyRate, 1 / count);
    memory[at] = memory[at]! + part * (x - memory[at]!);
    memory[level] = memory[level]! + weight * levelRate * (x - memory[level]!);
    memory[lowest] = Math.min(memory[lowest]!, x);
    memory[highest] = Math.max(memory[highest]!, x);
    memory[seen]!++;
  }

  /** The best guess; during an incident, which draws the others along, the rhythm if it was about as good. */
  private trusted(rhythm: number): number {
    const { best, memory } = this;
    const isGood = memory[errors + 3]! <= nearlyAsGood * memory[errors + best]!;
    return memory[side] !== 0 && isGood && !Number.isNaN(rhythm) ? 3 : best;
  }

  /** The guess that was least wrong. */
  private get best(): number {
    const { memory } = this;
    let best = 0;
    for (let i = 1; i < guesses; i++) if (memory[errors + i]! < memory[errors + best]!) best = i;
    return best;
  }

  private guess(index: number, day: number, rhythm: number): number {
    const { memory } = this;
    if (index === 1) return memory[level]!;
    if (index === 3 && !Number.isNaN(rhythm)) return this.likely(rhythm);
    const at = profile + 2 * Math.floor(day * bins);
    const usual = memory[at + 1] === 0 ? memory[level]! : memory[at]!;
    return index === 2 ? this.likely(usual + memory[offset]!) : usual;
  }

  /** The nearest value that is not far outside of what there was. */
  private likely(value: number): number {
    const [least, most] = [this.memory[lowest]!, this.memory[highest]!];
    const margin = beyond * (most - least);
    const floor = least >= 0 ? Math.max(0, least - margin) : least - margin;
    return Math.min(most + margin, Math.max(floor, value));
  }

  private moveBounds(error: number, by: number): void {
    const { memory } = this;
    const part = outside / 2;
    memory[upper] = Math.max(0, memory[upper]! + by * (error > memory[upper]! ? 1 - part : -part));
    memory[lower] = Math.min(0, memory[lower]! - by * (error < memory[lower]! ? 1 - part : -part));
  }
}
