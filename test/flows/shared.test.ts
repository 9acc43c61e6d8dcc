import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKinesis, startKinesisMock } from '../../local/kinesis';
import type { Sink } from '../helpers/crash/Surroundings';
import { failover } from '../helpers/shared/Instances';
import { compareWithOne, type SharedReport } from '../helpers/shared/run';
import { until } from '../helpers/until';

const seed = 1;

function assertSame({ differences, ...report }: SharedReport): void {
  assert.deepEqual(differences.slice(0, 10), [], `${differences.length} differences`);
  const { windows, notifications, late } = report;
  const isTelling = windows > 250 && notifications > 5 && late > 3;
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

  it('gives what one instance gives, while some of them die, sleep, leave and come', async () => {
    const report = await compareWithOne(
      { seed, readings: 4000, shards: 16, reshards: 0 },
      async (instances, feed, sink) => {
        const [first, second, third, fourth] = await Promise.all(
          Array.from({ length: 4 }, () => instances.add()),
        );
        await until(() => instances.shards() === 16, 'all shards to be read');
        feed.advanceTo(0.2);
        await somethingNew(sink);
        await first!.kill();
        feed.advanceTo(0.4);
        await somethingNew(sink);
        await instances.add();
        second!.suspend();
        feed.advanceTo(0.6);
        await sleep(2 * failover);
        await somethingNew(sink);
        second!.resume();
        await until(() => second!.lines.some((line) => /lease of shard .* is lost/.test(line)), 'the loss');
        await third!.stop();
        feed.advanceTo(0.8);
        await somethingNew(sink);
        await fourth!.kill();
        await fourth!.start();
      },
    );
    assertSame(report);
    assert.deepEqual(report.complaints, []);
  });

  for (const [name, start] of [
    ['Kinesalite', startKinesis],
    ['Kinesis Mock', startKinesisMock],
  ] as const) {
    it(`gives each child of a shard what is its own, while instances die: on ${name}`, async () => {
      const report = await compareWithOne(
        { seed, readings: 4000, shards: 2, reshards: 5, startKinesis: start },
        async (instances, feed, sink) => {
          const [first, second] = await Promise.all([instances.add(), instances.add()]);
          for (const [step, runtime] of [first!, second!, first!].entries()) {
            feed.advanceTo((step + 1) / 4);
            await somethingNew(sink);
            await runtime.kill();
            await runtime.start();
          }
        },
      );
      assertSame(report);
      assert.deepEqual(report.complaints, []);
    });
  }
});
