import type { LabelledSeries } from '../labelledSeries';
import { Dice } from './Dice';
import { busyUnder, faultsOf, isPresent, type Fault } from './faults';
import type { MachineKind } from './kinds';
import { reading, type Reading } from './readings';

const dayLength = 86_400_000;
/** A Monday. */
const start = Date.UTC(2024, 0, 1);
const groups = 4;
const longestLag = 20;

/** A metric, and what it follows. */
interface Metric {
  readonly read: Reading;
  readonly load: number;
  readonly lag: number;
  readonly group: number;
  readonly shared: number;
  readonly own: number;
  readonly noise: () => number;
  readonly apart: () => number;
  /** deviations a record */
  readonly trend: number;
  readonly isInJob: boolean;
}

/**
 * A machine with metrics of mixed kinds that follow a load of days and weeks, one another, and themselves; with jobs at
 * night, deploys, trends and missing values, all of which are usual; and with faults, the first of which comes after a
 * fifth of the records or later.
 */
export function simulatedMachine(
  kind: MachineKind,
  { seed, metrics, length }: { readonly seed: number; readonly metrics: number; readonly length: number },
): LabelledSeries {
  const dice = new Dice(seed);
  const all = Array.from({ length: metrics }, () => metricOf(kind, dice));
  const faults = faultsOf(dice, metrics, Math.round(length * dice.between(0.2, 0.4)), length);
  const phase = dice.uniform();
  const loads = loadsOf(kind, dice, length + longestLag, phase);
  const factors = Array.from({ length: groups }, () => dice.walk(dice.timesBetween(3, 100)));
  const steps = stepsOf(dice, metrics, Math.round((kind.deploys * length) / 10_000));
  const jobStart = Math.round((((kind.job.hour / 24 - phase + 1) % 1) * dayLength) / kind.interval);
  const perDay = dayLength / kind.interval;
  const offsets = new Float64Array(metrics);
  const last = new Float64Array(metrics);
  const records = Array.from({ length }, (_, i) => {
    const together = factors.map((next) => next());
    const inJob = i >= jobStart && (i - jobStart) % perDay < kind.job.records;
    for (const { metric, by } of steps.filter(({ at }) => Math.floor(at * length) === i)) {
      offsets[metric] = offsets[metric]! + by;
    }
    return all.map((metric, d) => {
      const own = metric.own * metric.noise();
      const follows =
        metric.load * loads[i + longestLag - metric.lag]! + metric.shared * together[metric.group]!;
      const calm = follows + own + offsets[d]! + metric.trend * i + (inJob && metric.isInJob ? 2.5 : 0);
      return (last[d] = readUnder(faults, metric, d, i, { calm, own, apart: metric.apart() }, last[d]!));
    });
  });
  leaveOut(records, dice, Math.round((kind.gaps * length) / 10_000));
  return {
    kind: 'machine',
    times: records.map((_, i) => start + phase * dayLength + i * kind.interval),
    records,
    events: faults.map(({ label }) => label).sort(([a], [b]) => a - b),
  };
}

function metricOf(kind: MachineKind, dice: Dice): Metric {
  const own = Math.min(0.95, kind.own * dice.timesBetween(0.3, 2));
  const load = dice.happens(0.75) ? dice.uniform() * (1 - own) : 0;
  return {
    read: reading(dice.oneOf(kind.readings), dice),
    load: (dice.happens(0.8) ? 1 : -1) * Math.sqrt(load),
    lag: dice.happens(0.5) ? 0 : dice.below(longestLag),
    group: dice.below(groups),
    shared: Math.sqrt(Math.max(0, 1 - own - load)),
    own: Math.sqrt(own),
    noise: dice.walk(dice.happens(0.6) ? 0.3 : dice.timesBetween(1, 20)),
    apart: dice.walk(20),
    trend: dice.happens(kind.trends) ? dice.sign() * dice.timesBetween(0.00005, 0.0004) : 0,
    isInJob: dice.happens(kind.job.part),
  };
}

/** How busy the machine is, of deviation about 1. */
function loadsOf(kind: MachineKind, dice: Dice, length: number, phase: number): Float64Array {
  const rest = dice.walk(kind.loadMemory);
  let level = 0;
  return Float64Array.from({ length }, (_, i) => {
    if (dice.happens(kind.regimes)) level = level === 0 ? dice.between(1, 2.5) * dice.sign() : 0;
    const turns = phase + ((i - longestLag) * kind.interval) / dayLength;
    const isWeekend = ((Math.floor(turns) % 7) + 7) % 7 > 4;
    const wave = -Math.cos(2 * Math.PI * turns) - 0.4 * Math.cos(4 * Math.PI * turns + 1);
    const daily = Math.sqrt(1.7 * kind.daily) * wave * (isWeekend ? 1 - kind.weekend : 1);
    return daily + Math.sqrt(1 - kind.daily) * rest() + level;
  });
}

/** Deploys: when, as a part of all records, and how far which metrics go. */
function stepsOf(dice: Dice, metrics: number, count: number) {
  return Array.from({ length: count }, () => dice.uniform()).flatMap((at) =>
    dice.some(1 + dice.below(Math.ceil(metrics / 5)), metrics).map((metric) => {
      return { at, metric, by: dice.sign() * dice.timesBetween(0.3, 4) };
    }),
  );
}

function readUnder(
  faults: readonly Fault[],
  metric: Metric,
  d: number,
  i: number,
  state: { readonly calm: number; readonly own: number; readonly apart: number },
  last: number,
): number {
  for (const { effects } of faults) {
    const effect = effects.get(d);
    if (!effect || !isPresent(effect, i)) continue;
    if (effect.kind === 'stuck') return last;
    const value = metric.read(busyUnder(effect, i, state));
    return effect.kind === 'dead' ? 0 : value;
  }
  return metric.read(state.calm);
}

/** Puts NaN for some values, or all of a record, for 5 to 100 records. */
function leaveOut(records: number[][], dice: Dice, count: number): void {
  for (let gap = 0; gap < count; gap++) {
    const metrics = records[0]!.length;
    const missing = dice.some(dice.happens(0.3) ? metrics : 1 + dice.below(metrics / 4), metrics);
    const from = dice.below(records.length);
    const until = Math.min(records.length, from + Math.round(dice.timesBetween(5, 100)));
    for (let i = from; i < until; i++) for (const d of missing) records[i]![d] = NaN;
  }
}
