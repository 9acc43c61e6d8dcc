/**
 * What metrics-detector finds in six weeks of a simulated shop, hour by hour: orders and latency of 48 combinations, with
 * eight planted anomalies and two outages, in which the rows of a country and those of all stop. An incident is right if it goes
 * on during one of them, or within two hours of its end, where a series that goes back may alarm again. `once` counts the outages
 * that are told in one incident of the orders, which is closed when rows come again.
 *
 *     npm run bench:shop [-- --seeds 3 --learn 100]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { BlobFolder } from '../lib/delivery/checkpoint/BlobFolder';
import { shop } from '../lib/simulation/shop';
import { MetricsDetector, type Outcome } from '../nodes/metrics-detector/MetricsDetector';
import { atOnce } from '../lib/steps/Steps';
import { settings } from '../nodes/metrics-detector/settings';
import { settings as simulator } from '../nodes/stream-simulator/settings';

const { values: given } = parseArgs({
  options: { seeds: { type: 'string', default: '3' }, learn: { type: 'string', default: '' } },
});
const hour = 3_600_000;
const start = Date.UTC(2026, 0, 5);
const usual = simulator.parse({ passes: 6 * 7 * 24, interval: 60 });
const injections = shop.usualAnomalies(usual);
const folder = mkdtempSync(path.join(os.tmpdir(), 'streamcut-bench-'));

interface Span {
  readonly from: number;
  readonly until: number;
}

interface Found extends Span {
  readonly measure: string;
  readonly isClosed: boolean;
}

/** When no rows come; of all countries where none is named. */
const outages: readonly (Span & { readonly country?: string })[] = [
  { from: Math.floor(0.49 * usual.passes), until: Math.floor(0.49 * usual.passes) + 6, country: 'FR' },
  { from: Math.floor(0.57 * usual.passes), until: Math.floor(0.57 * usual.passes) + 5 },
];

function isOut(time: number, country: string): boolean {
  const at = (time - start) / hour;
  return outages.some((one) => at >= one.from && at < one.until && (one.country ?? country) === country);
}

/** The incidents of one run by their ids, as spans of hours. */
function incidentsOf(seed: number): Found[] {
  const parsed = settings.parse({
    measures: [
      { name: 'orders', fn: 'SUM', field: 'orders' },
      { name: 'latency', fn: 'AVG', field: 'latency' },
    ],
    dimensions: ['country', 'category', 'platform'],
    size: 1,
    unit: 'h',
    timeField: 'time',
    learnFor: given.learn,
  });
  const around = { sender: 'bench', events: { at: () => undefined } };
  const detector = new MetricsDetector(parsed, new BlobFolder(path.join(folder, String(seed))), around);
  const spans = new Map<string, Found>();
  const note = ({ incidents }: Outcome) => {
    for (const { incident, payload } of incidents) {
      const until = (Date.parse(payload.lastTimestamp) - start) / hour;
      const isClosed = incident.state === 'close';
      spans.set(incident.id, {
        from: (incident.since - start) / hour,
        until,
        measure: incident.key,
        isClosed,
      });
    }
  };
  const rows = shop.records({ ...usual, seed }, { start, index: 0, injections });
  for (const { payload, timestamp } of rows) {
    const { time, country } = payload as { readonly time: number; readonly country: string };
    if (isOut(time, country)) continue;
    const now = { wall: timestamp, steady: timestamp };
    atOnce(detector.take({ msg: {}, record: payload, index: -1 }, now, note));
  }
  atOnce(detector.flush(note));
  detector.close();
  return [...spans.values()];
}

const events: readonly Span[] = [
  ...injections.map(({ from, length }) => ({ from, until: from + length })),
  ...outages,
];
const planted = events.map(({ from, until }) => ({ from, until: until + 2 }));
const meet = (one: Span, other: Span) => one.from < other.until && one.until >= other.from;
/** Whether it is told in one incident, which is closed with the last interval without rows. */
const isToldOnce = (outage: Span, incidents: readonly Found[]) => {
  const its = incidents.filter(
    (one) => one.measure === 'orders' && meet(one, { ...outage, until: outage.until + 2 }),
  );
  return its.length === 1 && its[0]!.isClosed && its[0]!.until === outage.until - 1;
};
console.log('seed  planted    found     once incidents   false');
for (let seed = 1; seed <= Number(given.seeds); seed++) {
  const incidents = incidentsOf(seed);
  const found = planted.filter((event) => incidents.some((incident) => meet(incident, event)));
  const wrong = incidents.filter((incident) => !planted.some((event) => meet(incident, event)));
  const once = outages.filter((each) => isToldOnce(each, incidents)).length;
  const figures = [planted.length, found.length, once, incidents.length, wrong.length];
  console.log(String(seed).padEnd(4) + figures.map((each) => String(each).padStart(9)).join(''));
}
rmSync(folder, { recursive: true });
