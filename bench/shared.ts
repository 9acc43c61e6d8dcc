/**
 * How fast one, two and four instances of a flow work off a stream that they share, and how long it takes until the shards
 * of one that is killed go on: `npm run bench:shared -- --readings 40000 --rounds 5`. The local services run in this process, so on a
 * machine with few cores they and the instances are in each other's way.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Feed } from '../test/helpers/crash/Feed';
import { closing, evenlySpread, expectedCounts, readingsOf, recordsOf } from '../test/helpers/crash/readings';
import { Sink } from '../test/helpers/crash/Surroundings';
import { failover, Instances } from '../test/helpers/shared/Instances';
import { Services } from '../test/helpers/shared/Services';
import { median } from './helpers/statistics';

/** Shards and sensors: each shard has the records of one. */
const shards = 16;

const { values } = parseArgs({
  options: {
    readings: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
  },
});

async function main(): Promise<void> {
  const services = await Services.start(shards);
  try {
    const readings = readingsOf(1, Number(values.readings), evenlySpread(1, shards));
    const records = await recordsOf(1, readings);
    const feed = new Feed(services.surroundings.client, records, []);
    await feed.finish(closing(readings));
    const windows = expectedCounts(readings).size;
    const seconds = new Map<number, number[]>();
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const count of [1, 2, 4]) {
        const took = await workOff(services, `drain-${round}-${count}`, count, windows);
        process.stderr.write(`round ${round + 1}, ${count} of 4: ${took.toFixed(1)} s\n`);
        seconds.set(count, [...(seconds.get(count) ?? []), took]);
      }
    }
    for (const [count, times] of seconds) {
      const rate = Math.round(readings.length / median(times));
      console.log(`${count} instance${count > 1 ? 's' : ' '}: ${rate} readings/s, median of ${times.length}`);
    }
    console.log(
      `takeover of half of ${shards} shards, failover ${failover} ms: ${await takeover(services)} ms`,
    );
  } finally {
    await services.close();
  }
}

/** @returns seconds from the moment that all flows run until the last window has come out */
async function workOff(services: Services, name: string, count: number, windows: number): Promise<number> {
  const sink = await Sink.open(services.surroundings, name);
  const instances = new Instances(services, sink, name);
  try {
    await Promise.all(Array.from({ length: count }, () => instances.add()));
    const began = performance.now();
    while (sink.outcome.windows.size < windows) {
      await sink.look();
      await sleep(20);
    }
    return (performance.now() - began) / 1000;
  } finally {
    await instances.remove();
    await sink.close();
  }
}

/** @returns milliseconds from the death of one of two instances until the other has all shards */
async function takeover(services: Services): Promise<number> {
  const sink = await Sink.open(services.surroundings, 'takeover');
  const instances = new Instances(services, sink, 'takeover');
  try {
    const [dying] = await Promise.all([instances.add(), instances.add()]);
    const others = () => instances.shards() - instances.shardsOf(dying);
    while (others() !== shards / 2 || instances.shardsOf(dying) !== shards / 2) await sleep(20);
    await sleep(failover);
    await dying.kill();
    const began = performance.now();
    while (instances.shards() < shards) await sleep(5);
    return Math.round(performance.now() - began);
  } finally {
    await instances.remove();
    await sink.close();
  }
}

void main();
