/**
 * From PutRecord to the moment when the notification reaches SNS, at 100 records a second of which each fifth is to be told
 * of, with a checkpoint every second. Prints p50 and p99 in ms for polling and for enhanced fan-out.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startKinesis, startKinesisMock, type LocalKinesis } from '../local/kinesis';
import { quantile } from './helpers/statistics';
import { Signals } from './helpers/Signals';

const seconds = 30;
const rate = 100;
const warmUp = 10 * rate;
const mostPending = 20;

async function latencies(start: () => Promise<LocalKinesis>, kinesisIn: object): Promise<number[]> {
  const signals = await Signals.create({ start, kinesisIn });
  try {
    await signals.runtime.start();
    const put = new Map<number, number>();
    const pending = new Set<Promise<void>>();
    const began = Date.now();
    for (let id = 0; id < seconds * rate; id++) {
      await sleep(began + (id * 1000) / rate - Date.now());
      // A server that is still warming up must not drown in requests.
      while (pending.size >= mostPending) await Promise.race(pending);
      put.set(id, Date.now());
      const one = signals.put(id, id + 1, isAlert).finally(() => pending.delete(one));
      pending.add(one);
    }
    await Promise.all(pending);
    const alerts = [...put.keys()].filter(isAlert);
    while (signals.arrivals.size < alerts.length) await sleep(20);
    return alerts.filter((id) => id >= warmUp).map((id) => signals.arrivals.get(id)! - put.get(id)!);
  } finally {
    await signals.close();
  }
}

function isAlert(id: number): boolean {
  return id % 5 === 0;
}

async function main(): Promise<void> {
  const fanOut = { consumption: 'enhanced-fan-out' };
  const cases = [
    ['polling (Kinesalite)', startKinesis, {}],
    ['polling (Kinesis Mock)', startKinesisMock, {}],
    ['enhanced fan-out (Kinesis Mock)', startKinesisMock, fanOut],
  ] as const;
  console.log('PutRecord to SNS, ms             |   p50 |   p99');
  for (const [name, start, kinesisIn] of cases) {
    const all = await latencies(start, kinesisIn);
    const columns = [0.5, 0.99].map((share) => quantile(all, share).toFixed(0).padStart(5));
    console.log([name.padEnd(32), ...columns].join(' | '));
  }
}

void main();
