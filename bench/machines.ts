/**
 * How well long events of simulated machines are found, beside plain detectors that are told more, and what each view of a
 * record brings: average precision over the records, the mean over the machines of 19 and of 38 metrics by themselves, and
 * over all of them under one threshold. Then, of the events, those that the detector calls anomalies while they last or
 * within a dozen records, and its false alarms of 10,000 records. Choices were made on `development` and `fleets`, none on
 * the others, of which `tenants` is of another making: hosts that tenants share, and that change half-way.
 *
 *     npm run bench:machines -- [--kinds development|validation|fleets|otherFleets|tenants] [--machines 10]
 *       [--records 8000] [--from 100] [--size compact]
 */
import { parseArgs } from 'node:util';
import { JudgeOfSeveral } from '../lib/detection/series/JudgeOfSeveral';
import { knownAfter } from '../lib/detection/series/knownAfter';
import { SeriesDetector } from '../lib/detection/series/SeriesDetector';
import { RandomCutForest } from '../lib/random-cut-forest';
import { averagePrecision, type LabelledSeries } from '../test/helpers/labelledSeries';
import { drawnFleet } from '../test/helpers/machines/fleets/Fleet';
import { machineOf } from '../test/helpers/machines/fleets/machineOf';
import { developmentKinds, validationKinds, type MachineKind } from '../test/helpers/machines/kinds';
import { simulatedMachine } from '../test/helpers/machines/simulatedMachine';
import { sharedHost } from '../test/helpers/machines/tenants/sharedHost';
import { averaged, lengthsOf, residualsOf } from './helpers/machineBaselines';

/** Records after an event in which an alarm is none that is false. */
const after = 12;

type Method = (series: LabelledSeries) => number[];

const { values: given } = parseArgs({
  options: {
    kinds: { type: 'string', default: 'development' },
    machines: { type: 'string', default: '10' },
    records: { type: 'string', default: '8000' },
    from: { type: 'string', default: '100' },
    size: { type: 'string', default: 'full' },
  },
});
/** What is said of the records before counts for nothing. */
const from = Number(given.from);
const size = given.size === 'compact' ? 'compact' : 'full';

const detector: Method = ({ times, records }) => {
  const model = new SeriesDetector({ names: records[0]!.map((_, d) => `m${d}`), size });
  const scores = times.map((time, i) => model.process(time, records[i]!).score);
  model.free();
  return scores;
};

const plain: Method = ({ records }) => {
  const forest = new RandomCutForest({ dimensions: records[0]!.length });
  const scores = records.map((record) => forest.scoreAndUpdate(record.map((value) => value || 0)));
  forest.free();
  return scores;
};

const nothing = { forest: 0, relations: 0, furthest: 0, restlessness: 0 };

const views =
  (weights: Partial<typeof nothing>): Method =>
  ({ records }) => {
    const judge = new JudgeOfSeveral(records[0]!.length, size, 42, undefined, { ...nothing, ...weights });
    const scores = records.map((record, i) => {
      const score = judge.take({ values: Float64Array.from(record), day: 0, hour: 0, isNext: true });
      return knownAfter(i + 1) * score;
    });
    judge.free();
    return scores;
  };

const usual = { forest: 1, relations: 1, furthest: 0.2, restlessness: 0.2 };

const methods: Readonly<Record<string, Method>> = {
  'length, all standardised': ({ records }) => lengthsOf(records),
  'the same, averaged': ({ records }) => averaged(lengthsOf(records)),
  'residual of a usual quarter': ({ records }) => residualsOf(records),
  'the same residual, averaged': ({ records }) => averaged(residualsOf(records)),
  'forest 100/256, raw values': plain,
  'forest of scaled values': views({ forest: 1 }),
  relations: views({ relations: 1 }),
  'furthest value': views({ furthest: 1 }),
  restlessness: views({ restlessness: 1 }),
  'all but the forest': views({ ...usual, forest: 0 }),
  'all but relations': views({ ...usual, relations: 0 }),
  'all but the furthest': views({ ...usual, furthest: 0 }),
  'all but restlessness': views({ ...usual, restlessness: 0 }),
  'all: the detector': detector,
};

const count = Number(given.machines);
const length = Number(given.records);
/** Machines in turn of 19 and of 38 metrics. */
const metricsOf = (m: number) => (m % 2 === 0 ? 19 : 38);

const ofKinds = (kinds: Readonly<Record<string, MachineKind>>, seed: number) => () =>
  Object.values(kinds).flatMap((kind, k) =>
    Array.from({ length: count }, (_, m) =>
      simulatedMachine(kind, { seed: seed + 1000 * k + m, metrics: metricsOf(m), length }),
    ),
  );

/** As many fleets as machines are asked for, of each two machines. */
const ofFleets = (first: number) => () =>
  Array.from({ length: 2 * count }, (_, m) => {
    const fleet = first + 2 * Math.floor(m / 2);
    return machineOf(drawnFleet(fleet), {
      seed: 5000 + 10 * fleet + metricsOf(m),
      metrics: metricsOf(m),
      length,
    });
  });

const ofTenants = () =>
  Array.from({ length: 2 * count }, (_, m) => sharedHost({ seed: 3000 + m, metrics: metricsOf(m), length }));

const families: Readonly<Record<string, () => LabelledSeries[]>> = {
  development: ofKinds(developmentKinds, 1000),
  validation: ofKinds(validationKinds, 101_000),
  fleets: ofFleets(0),
  otherFleets: ofFleets(1),
  tenants: ofTenants,
};

const family = families[given.kinds];
if (!family)
  throw new Error(`--kinds must be one of ${Object.keys(families).join(', ')}, got ${given.kinds}`);
const machines = family().map((machine) => ({ machine, metrics: machine.records[0]!.length }));
const judged = machines.map(({ machine }) => later(machine, -from));
console.log(`${machines.length} machines                  19 metrics  38 metrics  together`);
for (const [name, method] of Object.entries(methods)) {
  const scores = machines.map(({ machine }) => method(machine).slice(from));
  const precisions = judged.map((machine, m) => averagePrecision(scores[m]!, machine, 0));
  const means = [19, 38].map((metrics) =>
    mean(precisions.filter((_, m) => machines[m]!.metrics === metrics)),
  );
  const together = averagePrecision(scores.flat(), joined(judged), 0);
  const figures = [...means, together].map((figure) => figure.toFixed(3).padStart(10));
  console.log(`${name.padEnd(30)} ${figures.join('  ')}`);
}

function mean(figures: readonly number[]): number {
  return figures.reduce((a, b) => a + b, 0) / figures.length;
}
let found = 0;
let falseAlarms = 0;
let uneventful = 0;
for (const { times, records, events } of machines.map(({ machine }) => machine)) {
  const model = new SeriesDetector({ names: records[0]!.map((_, d) => `m${d}`), size });
  const alarms = times.flatMap((time, i) => (model.process(time, records[i]!).isAnomaly ? [i] : []));
  model.free();
  const isIn = (i: number, [first, last]: readonly [number, number]) => i >= first && i <= last + after;
  found += events.filter((event) => alarms.some((i) => isIn(i, event))).length;
  falseAlarms += alarms.filter((i) => !events.some((event) => isIn(i, event))).length;
  uneventful += times.filter((_, i) => !events.some((event) => isIn(i, event))).length;
}
const events = machines.reduce((sum, { machine }) => sum + machine.events.length, 0);
console.log(
  `called anomalies: ${found} of ${events} events; false: ${((1e4 * falseAlarms) / uneventful).toFixed(2)} of 10,000`,
);

/** A series that begins so many records later. */
function later(series: LabelledSeries, by: number): LabelledSeries {
  return { ...series, events: series.events.map(([first, last]) => [first + by, last + by] as const) };
}

/** All series, one after the other. */
function joined(all: readonly LabelledSeries[]): LabelledSeries {
  return { ...all[0]!, events: all.flatMap((series, s) => later(series, s * (length - from)).events) };
}
