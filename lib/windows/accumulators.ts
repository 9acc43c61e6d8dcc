import type { Scalar } from '../settings/fields';
import type { AggregateFunction } from './aggregateSpec';
import { DistinctSketch } from './sketches/DistinctSketch';
import { Moments } from './sketches/Moments';
import { QuantileSketch } from './sketches/QuantileSketch';

/** Gathers the values of one aggregate in one window. Values of numeric functions are finite numbers. */
export interface Accumulator {
  /** @param time of the record that the value comes from, ms */
  add(value: Scalar, time: number): void;
  /** undefined where there is no value */
  result(): Scalar | undefined;
}

/** The functions that gather; each makes the state of one aggregate of one window. `p` is for `percentile`. */
export const accumulators: Readonly<Record<AggregateFunction, (p: number) => Accumulator>> = {
  count: () => fold<number>(0, (count) => count + 1),
  sum: () => moments((m) => m.sum),
  mean: () => moments((m) => m.mean),
  stddev: () => moments((m) => m.deviation),
  min: () => fold<number | undefined>(undefined, (least, value) => Math.min(least ?? Infinity, value)),
  max: () => fold<number | undefined>(undefined, (most, value) => Math.max(most ?? -Infinity, value)),
  distinct() {
    const sketch = new DistinctSketch();
    return { add: (value) => sketch.add(String(value)), result: () => sketch.count() };
  },
  percentile(p) {
    const sketch = new QuantileSketch();
    return { add: (value) => sketch.add(Number(value)), result: () => sketch.percentile(p) };
  },
  first: () => pick((time, chosen) => time < chosen),
  // Of two records of one time the later to arrive is the last.
  last: () => pick((time, chosen) => time >= chosen),
};

function moments(result: (moments: Moments) => number | undefined): Accumulator {
  const gathered = new Moments();
  return { add: (value) => gathered.add(Number(value)), result: () => result(gathered) };
}

function fold<T extends number | undefined>(start: T, step: (folded: T, value: number) => T): Accumulator {
  let folded = start;
  return {
    add(value) {
      folded = step(folded, Number(value));
    },
    result: () => folded,
  };
}

function pick(replaces: (time: number, chosen: number) => boolean): Accumulator {
  let chosen: { value: Scalar; time: number } | undefined;
  return {
    add(value, time) {
      if (!chosen || replaces(time, chosen.time)) chosen = { value, time };
    },
    result: () => chosen?.value,
  };
}
