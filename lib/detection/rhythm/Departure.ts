/** Numbers that it keeps. */
export const departureLength = 13;
/** Of the run: both sums of Page's test, records, their sum of deviations and of its squares, how long in ms, the furthest; */
const [above, below, count, sum, squares, lasted, furthest] = [0, 1, 2, 3, 4, 5, 6];
/** whether it was told. Of the level that was left: which, until when it is kept in mind, how far values went from it, */
const [told, former, until, reach] = [7, 8, 9, 10];
/** whether that was told, and how many records in a row fit it. */
const [formerTold, fitting] = [11, 12];

/** In usual deviations: what does not count, what counts at most, from which sum on it is no chance, and where the sum ends. */
const slack = 2.5;
const mostCounted = 4;
const certain = 5;
const mostSum = 11;
/** Within so many usual deviations a value is what was expected. */
const near = 4;
/** A departure that lasts is a new level once it has been about as far off all the time, or after the longer time; ms. */
const settled = 12 * 3_600_000;
const longest = 3 * 24 * 3_600_000;
/** As far off all the time: within so many usual deviations. */
const steady = 2;
/** How long a level that was left is remembered, ms: until each day of the week has come round. */
const remembered = 7 * 24 * 3_600_000;
/** So many records in a row that fit the former level and not the one since end what was between. */
const enoughBack = 3;
/** What goes so many times as far is another thing. */
const margin = 1.25;

/** A departure from what was expected: values between both ends belong to it. */
export interface Known {
  /** what was to be expected before it */
  readonly from: number;
  /** as far as it may go without being another thing */
  readonly to: number;
  /** whether people were told of it */
  readonly isTold: boolean;
}

/** `back-to-normal` is what was to be expected before a departure, `same-run` what goes on with one that was told. */
export interface Place {
  readonly is: 'back-to-normal' | 'same-run';
  /** what was to be expected before it */
  readonly from: number;
}

/**
 * What a value is to departures that are known; undefined of what belongs to none.
 * @param deviation how far values usually are from what is expected
 */
export function placeIn(departures: readonly Known[], value: number, deviation: number): Place | undefined {
  for (const { from, to, isTold } of departures) {
    if (Math.abs(value - from) <= near * deviation) return { is: 'back-to-normal', from };
    if (isTold && (value - from) * (value - to) <= 0) return { is: 'same-run', from };
  }
  return undefined;
}

/**
 * Whether values have left what was expected for longer than by chance. Page's test (Biometrika 41, 1954) adds up how far
 * they are off to one side, so that what goes on shows even if no record alone is strange. Nothing is to be learned of
 * values while that lasts. What stays is the new level in the end: half a day later if it is but higher or lower, three days
 * later if it is something else, like an outage. The former level is kept in mind for a week, since most events end.
 */
export class Departure {
  /** @param memory `departureLength` numbers, zeros at first */
  constructor(private readonly memory: Float64Array) {}

  /** Whether the latest values are off for longer than by chance. */
  get isOut(): boolean {
    return Math.max(this.memory[above]!, this.memory[below]!) >= certain;
  }

  /** Whether it has been out for so many records. */
  lasts(records: number): boolean {
    return this.isOut && this.memory[count]! >= records;
  }

  /**
   * Takes a value in.
   * @param value what the rhythm leaves of it
   * @param level where that usually lies
   * @param deviation how far it usually is from there
   * @param since ms since the record before
   * @returns where it lies from now on; undefined where it did
   */
  take(time: number, value: number, level: number, deviation: number, since: number): number | undefined {
    const { memory } = this;
    if (time >= memory[until]!) this.forget();
    if (this.isBack(value, level, deviation)) {
      const back = memory[former]!;
      this.forget();
      this.end();
      return back;
    }
    const off = value - level;
    this.add(off, deviation, since);
    const isSettled = memory[lasted]! >= settled && this.isSteady(deviation);
    const isOver = this.isOut && (isSettled || memory[lasted]! >= longest);
    return isOver ? this.move(time, level, isSettled) : undefined;
  }

  /**
   * The departures that values may still belong to.
   * @param mean what the rhythm brings
   * @param level above it
   */
  known(mean: number, level: number): Known[] {
    const { memory } = this;
    const known: Known[] = [];
    if (this.isOut) {
      const from = mean + level;
      known.push({ from, to: from + margin * memory[furthest]!, isTold: memory[told] === 1 });
    }
    if (memory[until] !== 0) {
      const from = mean + memory[former]!;
      known.push({ from, to: from + margin * memory[reach]!, isTold: memory[formerTold] === 1 });
    }
    return known;
  }

  /** Remembers that people were told of it. */
  noteTold(): void {
    const { memory } = this;
    if (memory[count]! > 0) memory[told] = 1;
  }

  private add(off: number, deviation: number, since: number): void {
    const { memory } = this;
    const z =
      deviation > 0
        ? Math.max(-mostCounted, Math.min(mostCounted, off / deviation))
        : mostCounted * Math.sign(off);
    const side = Math.sign(memory[above]! - memory[below]!);
    memory[above] = Math.min(mostSum, Math.max(0, memory[above]! + z - slack));
    memory[below] = Math.min(mostSum, Math.max(0, memory[below]! - z - slack));
    const now = Math.sign(memory[above]! - memory[below]!);
    if (now !== side) this.clearRun();
    if (now === 0) return;
    if (memory[count]! > 0) memory[lasted] = memory[lasted]! + since;
    memory[count]!++;
    memory[sum] = memory[sum]! + off;
    memory[squares] = memory[squares]! + off * off;
    if (now * off > now * memory[furthest]!) memory[furthest] = off;
  }

  private isSteady(deviation: number): boolean {
    const { memory } = this;
    const mean = memory[sum]! / memory[count]!;
    return memory[squares]! / memory[count]! - mean * mean <= (steady * deviation) ** 2;
  }

  /** Takes the level over at which values have been. */
  private move(time: number, level: number, isSettled: boolean): number {
    const { memory } = this;
    const next = level + memory[sum]! / memory[count]!;
    if (memory[until] === 0) memory[former] = level;
    memory[until] = time + remembered;
    const far = (isSettled ? next : level + memory[furthest]!) - memory[former]!;
    if (Math.abs(far) > Math.abs(memory[reach]!)) memory[reach] = far;
    memory[formerTold] = Math.max(memory[formerTold]!, memory[told]!);
    this.end();
    return next;
  }

  private isBack(value: number, level: number, deviation: number): boolean {
    const { memory } = this;
    if (memory[until] === 0) return false;
    const fits =
      Math.abs(value - memory[former]!) <= near * deviation && Math.abs(value - level) > near * deviation;
    memory[fitting] = fits ? memory[fitting]! + 1 : 0;
    return memory[fitting]! >= enoughBack;
  }

  private forget(): void {
    this.memory.fill(0, former);
  }

  private end(): void {
    this.memory.fill(0, above, former);
  }

  private clearRun(): void {
    this.memory.fill(0, count, former);
  }
}
