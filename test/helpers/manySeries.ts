/** Very many series, from Kinesis through metrics-detector to a file, in a real Node-RED. */
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { Random } from '../../lib/simulation/Random';
import { batchesFlow } from './batchesFlow';
import type { FlowNodes } from './crash/flow';
import type { Put } from './kinesis';

const minute = 60_000;
const begin = Date.UTC(2026, 0, 1);
/** rows of a record */
const perRecord = 1000;

/** One row for each series in one interval. */
export function rowsIn(interval: number, series: number): Put[] {
  const random = new Random(interval + 1);
  const puts: Put[] = [];
  for (let from = 0; from < series; from += perRecord) {
    const rows = Array.from({ length: Math.min(perRecord, series - from) }, (_, at) => ({
      time: begin + interval * minute,
      shop: `s${from + at}`,
      orders: 100 + Math.round(9 * random.next()),
    }));
    puts.push({ key: 'all', data: gzipSync(rows.map((row) => JSON.stringify(row)).join('\n')) });
  }
  return puts;
}

/** What a message says, in a line: a sum of all numbers, each by its place, tells two batches apart. */
const line = `
const numbers = (value) =>
  typeof value === 'number' ? [value] : value && typeof value === 'object' ? Object.values(value).flatMap(numbers) : [];
if (msg.incident) msg.payload = { incident: msg.incident };
else {
  let sum = 0;
  msg.payload.forEach(({ value, anomaly }, at) => numbers([value, anomaly]).forEach((number) => (sum += number / (at + 1))));
  msg.payload = { start: msg.window.start, series: msg.payload.length, sum };
}
return { payload: JSON.stringify(msg.payload) };`;

/** @param file that a line is appended to for each message */
export function manySeriesFlow(file: string, series: number): FlowNodes {
  return [
    ...batchesFlow('watch', 200),
    {
      id: 'watch',
      type: 'metrics-detector',
      z: 'tab',
      measures: [{ name: 'orders', fn: 'SUM', field: 'orders' }],
      dimensions: ['shop'],
      size: 1,
      timeField: 'time',
      idleTimeout: 0,
      maxSeries: series,
      maxMemory: 20_000,
      wires: [['line'], ['line']],
    },
    { id: 'line', type: 'function', z: 'tab', func: line, outputs: 1, wires: [['lines']] },
    {
      id: 'lines',
      type: 'file',
      z: 'tab',
      filename: file,
      filenameType: 'str',
      appendNewline: true,
      overwriteFile: 'false',
      wires: [[]],
    },
  ];
}

/** What has come out so far. */
export async function linesIn(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1);
}
