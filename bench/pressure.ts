/**
 * SNS answers nothing for a while although records flow and each is to be told of: memory must stay flat. Then it answers
 * again, and the flow catches up. Last, a stream that is far behind: records a second.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from './helpers/statistics';
import { Signals } from './helpers/Signals';
import { vitalsOf } from './helpers/vitals';

const rate = 300;
const calmSeconds = 10;
const blockedSeconds = 40;
const backlog = 60_000;

async function blocked(): Promise<void> {
  const signals = await Signals.create();
  try {
    await signals.runtime.start();
    let put = 0;
    const flow = async (seconds: number) => {
      for (const end = Date.now() + 1000 * seconds; Date.now() < end; put += rate / 10) {
        await signals.put(put, put + rate / 10, () => true);
        await sleep(100);
      }
    };
    await flow(calmSeconds);
    signals.sns.inject({ kind: 'hang' }, { times: Infinity });
    const from = vitalsOf(signals.runtime).length;
    await flow(blockedSeconds);
    const vitals = vitalsOf(signals.runtime).slice(from);
    const third = Math.floor(vitals.length / 3);
    for (const [when, part] of [
      ['first third', vitals.slice(0, third)],
      ['last third', vitals.slice(-third)],
    ] as const) {
      const mean = (of: 'rss' | 'heap') => part.reduce((sum, each) => sum + each[of], 0) / part.length;
      console.log(
        `SNS blocked, ${when}: ${mean('rss').toFixed(0)} MB resident, ${mean('heap').toFixed(0)} MB heap`,
      );
    }
    const waiting = put - signals.arrivals.size;
    signals.sns.heal();
    const healed = Date.now();
    while (signals.arrivals.size < put) await sleep(20);
    const seconds = (Date.now() - healed) / 1000;
    console.log(`SNS answers: ${waiting} notifications caught up in ${seconds.toFixed(1)} s`);
  } finally {
    await signals.close();
  }
}

async function behind(): Promise<void> {
  const signals = await Signals.create();
  try {
    const isAlert = (id: number) => id % 100 === 0;
    await signals.put(0, backlog, isAlert);
    await signals.runtime.start();
    const began = Date.now();
    while (signals.arrivals.size < backlog / 100) await sleep(20);
    const seconds = (Date.now() - began) / 1000;
    const pauses = vitalsOf(signals.runtime).map(({ pause }) => pause);
    console.log(
      `${backlog} records behind: ${Math.round(backlog / seconds)} records/s, event loop held up ` +
        `${quantile(pauses, 0.5).toFixed(0)} ms (median of the longest in a second)`,
    );
  } finally {
    await signals.close();
  }
}

void blocked().then(behind);
