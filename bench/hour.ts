/**
 * An hour of records by their own time, as fast as the flow takes them, from Kinesis through windows, models, threshold and
 * notifications, with a checkpoint every second: memory, state on disk and frames of the journal must stay flat.
 * `npm run bench:hour -- --rate 100 --keys 50`
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { decodeFrame } from '../lib/delivery/checkpoint/frames';
import { Runtime } from '../test/helpers/crash/Runtime';
import { Sink, Surroundings } from '../test/helpers/crash/Surroundings';
import { blockSeconds, HourOfRecords, hourFlow, isMark } from './helpers/hourFlow';
import { put } from './helpers/put';
import { median } from './helpers/statistics';
import { printingVitals, vitalsOf } from './helpers/vitals';

const shards = 2;
/** seconds of the process whose memory is looked at, at the end of each block */
const watched = 5;

/** By then every model has all the records that it keeps. */
const blocksUntilFull = 3;

const { values } = parseArgs({
  options: {
    /** records in a second of their time */
    rate: { type: 'string', default: '100' },
    keys: { type: 'string', default: '50' },
    minutes: { type: 'string', default: '60' },
  },
});

async function main(): Promise<void> {
  const surroundings = await Surroundings.start(shards);
  const sink = await Sink.open(surroundings, 'hour');
  const runtime = await Runtime.create(hourFlow(sink.topics.alertTopicArn), {
    ...sink.env,
    ...printingVitals,
  });
  try {
    await runtime.start();
    const hour = new HourOfRecords(Number(values.rate), Number(values.keys));
    const blocks = Math.ceil((60 * Number(values.minutes)) / blockSeconds);
    console.log(
      'minute | records/s | MB resident | MB heap, least | kB state | files | kB journal | frames | alerts',
    );
    const resident: number[] = [];
    for (let block = 0; block < blocks; block++) {
      const began = performance.now();
      const from = vitalsOf(runtime).length;
      const records = hour.block(block);
      await put(surroundings.client, records);
      while (!marksIn(sink).has(block)) {
        await sleep(20);
        if (runtime.complaints.length > 0) throw new Error(runtime.complaints[0]);
      }
      const rate = (1000 * records.length) / (performance.now() - began);
      await sleep(1000 * watched);
      const vitals = vitalsOf(runtime).slice(from);
      const rss = median(vitals.slice(-watched).map((each) => each.rss));
      resident.push(rss);
      const { bytes, files, journalBytes, frames } = stateOf(runtime);
      const columns: [number, number][] = [
        [((block + 1) * blockSeconds) / 60, 6],
        [rate, 9],
        [rss, 11],
        // Behind a collection of garbage.
        [Math.min(...vitals.map((each) => each.heap)), 14],
        [bytes / 1000, 8],
        [files, 5],
        [journalBytes / 1000, 10],
        [frames, 6],
        [sink.outcome.alerts.size, 6],
      ];
      console.log(columns.map(([value, width]) => value.toFixed(0).padStart(width)).join(' | '));
    }
    const [full, last] = [resident[blocksUntilFull - 1] ?? NaN, resident.at(-1)!];
    const minutes = (blocksUntilFull * blockSeconds) / 60;
    console.log(`resident at the end, of that after ${minutes} minutes: ${(last / full).toFixed(2)}`);
  } finally {
    await runtime.remove();
    await sink.close();
    await surroundings.close();
  }
}

/** The blocks whose marks have come out of the flow. */
function marksIn({ outcome }: Sink): Set<number | undefined> {
  return new Set([...outcome.alerts.values()].map(isMark));
}

function stateOf({ stateFolder }: Runtime): {
  readonly bytes: number;
  readonly files: number;
  readonly journalBytes: number;
  readonly frames: number;
} {
  const folder = path.dirname(stateFolder);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name));
  const journals = files.filter((file) => path.basename(file).startsWith('journal-'));
  const bytesOf = (names: readonly string[]) => names.reduce((sum, name) => sum + statSync(name).size, 0);
  return {
    bytes: bytesOf(files),
    files: files.length,
    journalBytes: bytesOf(journals),
    frames: journals.reduce((sum, name) => sum + framesIn(readFileSync(name)), 0),
  };
}

function framesIn(journal: Buffer): number {
  let frames = 0;
  for (let at = journal.indexOf('\n') + 1; at < journal.length; frames++) {
    const next = decodeFrame(journal, at);
    if (typeof next === 'string') break;
    at = next.end;
  }
  return frames;
}

void main();
