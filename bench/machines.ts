/**
 * How well long events of simulated machines are found, and what each view of a record brings: average precision over the
 * records, the mean over the machines by themselves, and over all of them under one threshold. Then, of the events, those that
 * the detector calls anomalies while they last or within a dozen records, and its false alarms of 10,000 records.
 *
 *     npm run bench:machines -- [--kinds development|validation] [--machines 10] [--records 8000] [--size compact]
 */
import { parseArgs } from 'node:util';
import { JudgeOfSeveral } from '../lib/detection/series/JudgeOfSeveral';
import { SeriesDetector } from '../lib/detection/series/SeriesDetector';
import { RandomCutForest } from '../lib/random-cut-forest';
import { averagePrecision, type LabelledSeries } from '../test/helpers/labelledSeries';
import { developmentKinds, validationKinds } from '../test/helpers/machines/kinds';
import { simulatedMachine } from '../test/helpers/machines/simulatedMachine';

/** What is said of the first records counts for nothing. */
const warmup = 100;
/** Records after an event in which an alarm is none that is false. */
const after = 12;

type Method = (series: LabelledSeries) => number[];

const { values: given } = parseArgs({
  options: {
    kinds: { type: 'string', default: 'development' },
    machines: { type: 'string', default: '10' },
    records: { type: 'string', default: '8000' },
    size: { type: 'string', default: 'full' },
  },
});
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
    const scores = records.map((record) =>
      judge.take({ values: Float64Array.from(record), day: 0, isNext: true }),
    );
    judge.free();
    return scores;
  };

const methods: Readonly<Record<string, Method>> = {
  'forest 100/256, raw values': plain,
  'forest of scaled values': views({ forest: 1 }),
  relations: views({ relations: 1 }),
  'furthest value': views({ furthest: 1 }),
  restlessness: views({ restlessness: 1 }),
  'all but the forest': views({ relations: 1, furthest: 0.25, restlessness: 2 }),
  'all but relations': views({ forest: 1, furthest: 0.25, restlessness: 2 }),
  'all but the furthest': views({ forest: 1, relations: 1, restlessness: 2 }),
  'all but restlessness': views({ forest: 1, relations: 1, furthest: 0.25 }),
  'all: the detector': detector,
};

const kinds = given.kinds === 'validation' ? validationKinds : developmentKinds;
const machines = Object.values(kinds).flatMap((kind, k) =>
  Array.from({ length: Number(given.machines) }, (_, m) =>
    simulatedMachine(kind, {
      seed: 1000 * (k + 1) + m + (given.kinds === 'validation' ? 100_000 : 0),
      metrics: m % 2 === 0 ? 19 : 38,
      length: Number(given.records),
    }),
  ),
);
console.log(`${machines.length} machines                  by machine  together`);
for (const [name, method] of Object.entries(methods)) {
  const scores = machines.map((machine) => method(machine).slice(warmup));
  const judged = machines.map((machine) => later(machine, -warmup));
  const alone = judged.map((machine, m) => averagePrecision(scores[m]!, machine, 0));
  const mean = alone.reduce((a, b) => a + b) / alone.length;
  const together = averagePrecision(scores.flat(), joined(judged), 0);
  console.log(`${name.padEnd(30)} ${mean.toFixed(3).padStart(8)}  ${together.toFixed(3).padStart(8)}`);
}
let found = 0;
let falseAlarms = 0;
let usual = 0;
for (const { times, records, events } of machines) {
  const model = new SeriesDetector({ names: records[0]!.map((_, d) => `m${d}`), size });
  const alarms = times.flatMap((time, i) => (model.process(time, records[i]!).isAnomaly ? [i] : []));
  model.free();
  const isIn = (i: number, [first, last]: readonly [number, number]) => i >= first && i <= last + after;
  found += events.filter((event) => alarms.some((i) => isIn(i, event))).length;
  falseAlarms += alarms.filter((i) => !events.some((event) => isIn(i, event))).length;
  usual += times.filter((_, i) => !events.some((event) => isIn(i, event))).length;
}
const events = machines.reduce((sum, machine) => sum + machine.events.length, 0);
console.log(
  `called anomalies: ${found} of ${events} events; false: ${((1e4 * falseAlarms) / usual).toFixed(2)} of 10,000`,
);

/** A series that begins so many records later. */
function later(series: LabelledSeries, by: number): LabelledSeries {
  return { ...series, events: series.events.map(([first, last]) => [first + by, last + by] as const) };
}

/** All series, one after the other. */
function joined(all: readonly LabelledSeries[]): LabelledSeries {
  const each = Number(given.records) - warmup;
  return { ...all[0]!, events: all.flatMap((series, s) => later(series, s * each).events) };
}
