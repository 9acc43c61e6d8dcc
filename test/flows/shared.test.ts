import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKinesisMock } from '../../local/kinesis';
import type { Sink } from '../helpers/crash/Surroundings';
import { failover } from '../helpers/shared/Instances';
import { compareWithOne, type SharedReport } from '../helpers/shared/run';
import { until } from '../helpers/until';

const seed = 1;

function assertSame({ differences, ...report }: SharedReport): void {
  assert.deepEqual(differences.slice(0, 10), [], `${differences.length} differences`);
  const { windows, incidents, notifications, late } = report;
  const isTelling = windows > 250 && incidents > 50 && notifications > 5 && late > 3;
  assert.ok(isTelling, `too little came out to tell: ${JSON.stringify(report)}`);
}

/** Waits for another window. */
async function somethingNew(sink: Sink): Promise<void> {
  await sink.look();
  const before = sink.outcome.windows.size;
  const isMore = async () => {
    await sink.look();
    return sink.outcome.windows.size > before;
  };
  await until(isMore, 'another window', 30_000);
}

describe('a stream that several instances share', function () {
  this.timeout(240_000);

  it('gives what one instance gives, while some die, sleep, leave and come, and shards split and merge', async () => {
    const report = await compareWithOne(
      { seed, readings: 4000, shards: 7, reshards: 3 },
      async (instances, feed, sink) => {
        const [first, second, third] = await Promise.all(Array.from({ length: 4 }, () => instances.add()));
        await until(() => instances.shards() === 7, 'all shards to be read');
        feed.advanceTo(0.25);
        await somethingNew(sink);
        await first!.kill();
        feed.advanceTo(0.5);
        await somethingNew(sink);
        second!.suspend();
        feed.advanceTo(0.75);
        await Promise.all([instances.add(), sleep(2 * failover)]);
        second!.resume();
        await until(() => second!.lines.some((line) => /lease of shard .* is lost/.test(line)), 'the loss');
        await third!.stop();
      },
    );
    assertSame(report);
    assert.deepEqual(report.complaints, []);
  });

  it('gives each child of a shard what is its own, also on another Kinesis, while instances die', async () => {
    const report = await compareWithOne(
      { seed, readings: 4000, shards: 2, reshards: 5, startKinesis: startKinesisMock },
      async (instances, feed, sink) => {
        const [first, second] = await Promise.all([instances.add(), instances.add()]);
        for (const [step, runtime] of [first, second].entries()) {
          feed.advanceTo((step + 1) / 3);
          await somethingNew(sink);
          await runtime.kill();
          await runtime.start();
        }
      },
    );
    assertSame(report);
    assert.deepEqual(report.complaints, []);
  });
});
