import type { LabelledSeries } from '../../labelledSeries';
import { Dice } from '../Dice';
import type { Fleet } from './Fleet';
import { incidentsOf, symptomAt, type Incident } from './incidents';
import { measureOf, type Measure } from './metrics';

const dayLength = 86_400_000;
/** A Wednesday. */
const start = Date.UTC(2025, 0, 1);

/** A metric, and what moves it. */
interface Metric {
  readonly measure: Measure;
  /** the metric that it says the same as */
  readonly original: number | undefined;
  readonly load: number;
  readonly own: number;
  readonly noise: () => number;
  /** by job */
  readonly jobs: readonly number[];
}

/** A machine of a fleet, the incidents of which begin after a quarter of the records or later. */
export function machineOf(
  fleet: Fleet,
  { seed, metrics, length }: { readonly seed: number; readonly metrics: number; readonly length: number },
): LabelledSeries {
  const dice = new Dice(seed);
  const all = Array.from({ length: metrics }, (_, d) => metricOf(fleet, dice, d));
  const first = Math.round(length * dice.between(0.25, 0.5));
  const incidents = incidentsOf(fleet, dice, { metrics, first, length });
  const loads = loadsOf(fleet, dice, length);
  const starts = fleet.jobs.map(({ every }) => dice.below(every));
  const offsets = new Float64Array(metrics);
  const last = new Float64Array(metrics);
  const highest = new Float64Array(metrics);
  const records = Array.from({ length }, (_, i) => {
    const wasDeployed = dice.happens(fleet.deploys / 10_000);
    if (wasDeployed) {
      for (const d of dice.some(1 + dice.below(metrics / 4), metrics)) {
        offsets[d] = dice.sign() * dice.timesBetween(0.3, 3);
      }
    }
    const runs = fleet.jobs.map(({ every, lasts }, j) => (i + starts[j]!) % every < lasts);
    const busy = new Float64Array(metrics);
    return all.map((metric, d) => {
      const noise = metric.noise();
      const stray = dice.happens(fleet.strays) ? dice.between(3, 8) : 0;
      const moved = metric.jobs.reduce((sum, by, j) => sum + (runs[j] ? by : 0), 0);
      busy[d] =
        metric.original === undefined
          ? metric.load * loads[i]! + metric.own * noise + moved + offsets[d]! + stray
          : busy[metric.original]! + 0.1 * noise;
      const calm = { busy: busy[d], noise: dice.normal(), last: last[d]!, highest: highest[d]! };
      const shown = shownBy(metric.measure, incidents, d, i, calm, wasDeployed);
      highest[d] = Math.max(highest[d]!, shown);
      return (last[d] = shown);
    });
  });
  return {
    kind: 'machine of a fleet',
    times: records.map((_, i) => start + i * fleet.interval),
    records,
    events: incidents.map(({ label }) => label),
  };
}

function metricOf(fleet: Fleet, dice: Dice, d: number): Metric {
  const own = Math.min(1, fleet.own * dice.timesBetween(0.3, 2));
  return {
    measure: measureOf(dice.oneOf(fleet.kinds), dice),
    original: d > 0 && dice.happens(fleet.copies) ? dice.below(d) : undefined,
    load: (dice.happens(0.85) ? 1 : -1) * (dice.happens(0.8) ? Math.sqrt(1 - own) : 0),
    own: Math.sqrt(own),
    noise: dice.walk(dice.happens(0.6) ? 0.3 : dice.timesBetween(1, 100)),
    jobs: fleet.jobs.map(({ part, strength }) =>
      dice.happens(part) ? dice.sign() * strength * dice.between(0.5, 1.5) : 0,
    ),
  };
}

/** How busy the machine is, of deviation about 1. */
function loadsOf({ interval, load }: Fleet, dice: Dice, length: number): Float64Array {
  const { daily, memory, peaks, waves, weekend } = load;
  const rest = dice.walk(memory);
  const shape = Array.from({ length: waves }, (_, w) => [dice.normal() / (w + 1), dice.uniform()] as const);
  const scale = Math.sqrt(2 * daily) / Math.sqrt(shape.reduce((sum, [height]) => sum + height ** 2, 0));
  let peak = 0;
  return Float64Array.from({ length }, (_, i) => {
    const days = (start + i * interval) / dayLength;
    // Day 0 was a Thursday.
    const isWeekend = (Math.floor(days) + 3) % 7 > 4;
    const wave = shape.reduce(
      (sum, [height, phase], w) => sum + height * Math.sin(2 * Math.PI * ((w + 1) * days + phase)),
      0,
    );
    peak = dice.happens(peaks) ? dice.between(2, 6) : 0.9 * peak;
    return scale * wave * (isWeekend ? 1 - weekend : 1) + Math.sqrt(1 - daily) * rest() + peak;
  });
}

function shownBy(
  measure: Measure,
  incidents: readonly Incident[],
  d: number,
  i: number,
  calm: Parameters<typeof symptomAt>[2],
  wasDeployed: boolean,
): number {
  for (const { symptoms } of incidents) {
    for (const symptom of symptoms) {
      if (symptom.metric !== d || i < symptom.from || i > symptom.until) continue;
      const { busy, shown } = symptomAt(symptom, i, calm);
      const measured = measure(busy ?? calm.busy, wasDeployed);
      return shown ?? measured;
    }
  }
  return measure(calm.busy, wasDeployed);
}
