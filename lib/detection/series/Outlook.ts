import { dayLength } from '../calendar/days';
import { LocalClock } from '../calendar/LocalClock';
import { placeIn, type Place } from '../rhythm/Departure';
import type { Usual } from '../rhythm/Rhythm';
import { isInRhythm } from '../rhythm/offRhythm';
import { Rhythms } from '../rhythm/Rhythms';
import { Expectation } from './Expectation';
import type { ExpectedValue } from './Verdict';

const hourLength = dayLength / 24;
const hoursOfWeek = 168;

/** When a record comes, and what is known of that time. */
export interface Moment {
  /** ms since the epoch */
  readonly time: number;
  /** the part of the local day that has passed */
  readonly day: number;
  /** the hour of the local week, 0 to 167 */
  readonly hour: number;
  /** of each value what its rhythm brings then */
  readonly usual: readonly (Usual | undefined)[];
}

/** What the values of a series should be at a time: its rhythm, the hours of the day and the latest values tell. */
export class Outlook {
  private readonly clock: LocalClock;
  private readonly expectations: readonly Expectation[];
  private readonly rhythms: Rhythms;
  /** parts of a score that nobody asks for */
  private readonly unasked: Float64Array;

  /**
   * @param timeZone IANA name
   * @param states what `states` gave
   */
  constructor(
    private readonly names: readonly string[],
    timeZone: string,
    states: readonly (readonly number[])[],
  ) {
    this.clock = LocalClock.in(timeZone);
    this.expectations = names.map((_, d) => new Expectation(states[d]));
    // Of several values, what belongs together says more.
    this.rhythms = new Rhythms(names.length === 1 ? 1 : 0, this.clock, states.slice(names.length));
    this.unasked = new Float64Array(2 * names.length);
  }

  /** Everything it knows, for the constructor. */
  states(): number[][] {
    return [...this.expectations.map((each) => each.state()), ...this.rhythms.states()];
  }

  get byteLength(): number {
    return this.rhythms.byteLength + this.expectations.length * 8 * Expectation.numbers;
  }

  /** @param time ms since the epoch */
  at(time: number): Moment {
    const wall = this.clock.wallAt(time);
    const day = wall / dayLength - Math.floor(wall / dayLength);
    const hour = Math.floor(wall / hourLength) - hoursOfWeek * Math.floor(wall / (hoursOfWeek * hourLength));
    return { time, day, hour, usual: this.rhythms.usual(time) };
  }

  /** What the d-th value should be. */
  expected(d: number, { day, usual }: Moment): ExpectedValue {
    return this.expectations[d]!.at(day, broughtBy(usual[d]));
  }

  /**
   * What each value of a record should be, by name. Of one that is back where it was before it left what was expected, that
   * is what was to be expected then.
   */
  all(moment: Moment, values: ArrayLike<number>): Readonly<Record<string, ExpectedValue>> {
    return Object.fromEntries(
      this.names.map((name, d) => {
        const value = values[d]!;
        const expected = this.expected(d, moment);
        const place = this.placeOf(d, moment, value);
        const isBack =
          place?.is === 'back-to-normal' && Math.abs(value - place.from) < Math.abs(value - expected.value);
        return [name, isBack ? movedTo(place.from, expected) : expected];
      }),
    );
  }

  /** What the d-th value is to departures that are known. Undefined of what belongs to none. */
  placeOf(d: number, { usual }: Moment, value: number): Place | undefined {
    const its = usual[d];
    return its && placeIn(its.known, value, its.deviation);
  }

  /** Whether the d-th value is what its rhythm brings then. */
  isInRhythm(d: number, { usual }: Moment, value: number): boolean {
    const its = usual[d];
    return its !== undefined && isInRhythm(its, value);
  }

  /** Remembers that people were told of what goes on. */
  noteTold(): void {
    this.rhythms.noteTold();
  }

  /**
   * Learns a record. What is NaN in it is left out.
   * @param parts HIGH and LOW of each value, to which those of its rhythm are added
   * @returns how strange it is that the values are not what their rhythm brings then
   */
  learn(moment: Moment, record: Float64Array, parts = this.unasked): number {
    const { day, time, usual } = moment;
    const score = this.rhythms.take(time, record, parts, usual);
    for (let d = 0; d < record.length; d++) {
      if (!Number.isNaN(record[d])) this.expectations[d]!.learn(day, record[d]!, broughtBy(usual[d]));
    }
    return score;
  }
}

/** What the rhythm brings; NaN without one. */
function broughtBy(usual: Usual | undefined): number {
  return usual !== undefined && usual.strength > 0 ? usual.value : NaN;
}

/** The same band around another value. */
function movedTo(value: number, { value: from, lower, upper }: ExpectedValue): ExpectedValue {
  return { value, lower: value + lower - from, upper: value + upper - from };
}
