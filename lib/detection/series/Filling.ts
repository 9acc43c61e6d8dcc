import { flatState } from '../flatState';
import type { Missing } from './DetectorOptions';

/** Over more records that are missing, a line says nothing. */
const longest = 60;

/** What is known of a value that is missing. */
export interface Guesses {
  /** the latest value; NaN before the first */
  readonly previous: number;
  readonly expected: () => number;
  /** what a forest finds likely there; NaN where it cannot tell */
  readonly likely: () => number;
}

/** A value of a line over a gap, and its time. */
export interface Filled {
  readonly time: number;
  readonly value: number;
}

/**
 * What stands in for a value that is missing; see `Missing`. But for zeros, what is made up is not judged, and
 * teaches only what is to be expected, not what is rare: a series is not to learn its own opinion.
 */
export class Filling {
  static readonly numbers = 1 + longest;
  /** in how many records it is missing since the latest, and their times */
  private readonly gap: Float64Array;

  constructor(
    private readonly missing: Missing = 'skip',
    state?: readonly number[],
  ) {
    this.gap = flatState('a gap', Filling.numbers, state);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.gap];
  }

  /** @returns what stands in for one value; NaN for nothing */
  standIn({ previous, expected, likely }: Guesses): number {
    switch (this.missing) {
      case 'zero':
        return 0;
      case 'previous':
        return previous;
      case 'expected':
        return expected();
      case 'forest': {
        const value = likely();
        return Number.isNaN(value) ? expected() : value;
      }
      default:
        return NaN;
    }
  }

  /** Whether what stands in is judged as if it had come. */
  get isJudged(): boolean {
    return this.missing === 'zero';
  }

  /** Remembers the time of a record in which it is missing, ms since the epoch, for the line that may be drawn. */
  leaveOut(time: number): void {
    const { gap, missing } = this;
    if (missing !== 'linear') return;
    const count = ++gap[0]!;
    if (count <= longest) gap[count] = time;
  }

  /**
   * What is missing before the record that ends the gap, on the line between its neighbours; none where that
   * says nothing. The gap is forgotten.
   */
  lineTo(from: Filled, to: Filled): readonly Filled[] {
    const count = this.gap[0]!;
    if (count === 0) return [];
    const times = [...this.gap.subarray(1, 1 + count)];
    this.gap.fill(0);
    if (count > longest || Number.isNaN(from.value)) return [];
    // Late ones are no part of the gap.
    const within = times.filter((time) => time > from.time && time < to.time);
    return within.map((time) => {
      const along = (time - from.time) / (to.time - from.time);
      return { time, value: (1 - along) * from.value + along * to.value };
    });
  }
}
