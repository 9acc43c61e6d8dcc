import type { Scalar } from '../settings/fields';
import type { Accumulator } from './Accumulator';
import type { AggregateFunction } from './aggregateSpec';
import { ExactSum, Moments } from './exact/Moments';
import { Count, Extreme } from './folds';
import type { Gathering } from './Gathering';
import { Pick } from './Pick';
import { DistinctSketch } from './sketches/DistinctSketch';
import { QuantileSketch } from './sketches/QuantileSketch';
import type { State } from './state/State';

/** The functions that gather; each makes the state of one aggregate of one window. `p` is for `percentile`. */
export const accumulators: Readonly<Record<AggregateFunction, (p: number) => Accumulator>> = {
  count: () => numbers(new Count(), ({ count }) => count),
  sum: () => numbers(new ExactSum(), ({ sum }) => sum),
  mean: () => numbers(new ExactSum(), ({ mean }) => mean),
  stddev: () => numbers(new Moments(), ({ deviation }) => deviation),
  min: () => numbers(new Extreme(Math.min), ({ value }) => value),
  max: () => numbers(new Extreme(Math.max), ({ value }) => value),
  percentile: (p) => numbers(new QuantileSketch(), (sketch) => sketch.percentile(p)),
  distinct: () => new Values(new DistinctSketch(), String, (sketch) => sketch.count()),
  first: () => new Pick('first'),
  last: () => new Pick('last'),
};

function numbers<G extends Gathering<number>>(
  gathering: G,
  result: (gathering: G) => number | undefined,
): Accumulator {
  return new Values(gathering, Number, result);
}

/** Looks at the values alone. */
class Values<T, G extends Gathering<T>> implements Accumulator {
  constructor(
    private readonly gathering: G,
    private readonly read: (value: Scalar) => T,
    private readonly resultOf: (gathering: G) => number | undefined,
  ) {}

  add(value: Scalar): void {
    this.gathering.add(this.read(value));
  }

  result(): number | undefined {
    return this.resultOf(this.gathering);
  }

  merge(other: this): void {
    this.gathering.merge(other.gathering);
  }

  state(): State {
    return this.gathering.state();
  }

  load(state: unknown, field: string): void {
    this.gathering.load(state, field);
  }
}
