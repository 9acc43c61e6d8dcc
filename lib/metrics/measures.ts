import { fieldReader } from '../records/fieldPath';
import { toNumber } from '../records/toNumber';
import { ExactSum } from '../windows/exact/Moments';
import { Count, Extreme } from '../windows/folds';
import type { Gathering } from '../windows/Gathering';
import { tupleIn, type State } from '../windows/state/State';
import type { MeasureFunction, MeasureSpec } from './measureSpec';

/** Gathers the values of one measure in one interval. */
interface Tally {
  readonly gathering: Gathering<number>;
  /** NaN where nothing was gathered */
  value(): number;
}

const tallies: Readonly<Record<MeasureFunction, () => Tally>> = {
  SUM: () => tally(new ExactSum(), ({ count, sum }) => (count > 0 ? sum : NaN)),
  AVG: () => tally(new ExactSum(), ({ mean }) => mean ?? NaN),
  COUNT: () => tally(new Count(), ({ count }) => count),
  MIN: () => tally(new Extreme(Math.min), ({ value }) => value ?? NaN),
  MAX: () => tally(new Extreme(Math.max), ({ value }) => value ?? NaN),
};

function tally<G extends Gathering<number>>(gathering: G, value: (gathering: G) => number): Tally {
  return { gathering, value: () => value(gathering) };
}

/** What one row gives to each measure, in their order; undefined where it gives nothing. */
export type Contribution = readonly (number | undefined)[];
/** What the rows of one series and one interval have given to each measure, in their order. */
export type Tallies = readonly Tally[];

/** The measures of a cube: reads what a row gives to each, and gathers it. */
export class Measures {
  private readonly readers: readonly ((row: unknown) => number | undefined)[];

  constructor(private readonly specs: readonly MeasureSpec[]) {
    this.readers = specs.map(contributionReader);
  }

  /**
   * Reads a row for all measures before any of them changes. A field that is missing or null gives nothing.
   * @throws RecordError naming the field that holds no finite number
   */
  read(row: unknown): Contribution {
    return this.readers.map((read) => read(row));
  }

  create(): Tallies {
    return this.specs.map(({ fn }) => tallies[fn]());
  }

  add(into: Tallies, contribution: Contribution): void {
    for (let i = 0; i < into.length; i++) {
      const value = contribution[i];
      if (value !== undefined) into[i]!.gathering.add(value);
    }
  }

  /** Takes what others have gathered into these. */
  merge(into: Tallies, from: Tallies): void {
    for (let i = 0; i < into.length; i++) into[i]!.gathering.merge(from[i]!.gathering);
  }

  /**
   * The value of each measure. Without rows a count is 0, and a sum if so wanted; what else has no value is NaN.
   * @param silenceIsZero whether the sum of nothing is 0
   */
  values(of: Tallies, silenceIsZero: boolean): number[] {
    return this.specs.map(({ fn }, index) => {
      const value = of[index]!.value();
      return fn === 'SUM' && silenceIsZero && Number.isNaN(value) ? 0 : value;
    });
  }

  save(tallies: Tallies): State[] {
    return tallies.map(({ gathering }) => gathering.state());
  }

  /** @throws RecordError naming the place that is wrong */
  load(states: unknown, at: string): Tallies {
    const list = tupleIn(states, at, this.specs.length);
    return this.create().map((tally, index) => {
      tally.gathering.load(list[index], `${at}[${index}]`);
      return tally;
    });
  }
}

function contributionReader({ fn, field }: MeasureSpec): (row: unknown) => number | undefined {
  // Every row counts where no field is named.
  if (fn === 'COUNT' && field === '') return () => 1;
  const read = fieldReader(field);
  return (row) => {
    const value = read(row);
    if (value === undefined || value === null) return undefined;
    return fn === 'COUNT' ? 1 : toNumber(value, field);
  };
}
