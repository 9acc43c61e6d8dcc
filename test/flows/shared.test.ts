import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
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

describe('a stream that several instances share', function () {
  this.timeout(240_000);

  it('gives what one instance gives, while some of them die, sleep, leave and come', async () => {
    const report = await compareWithOne(
      { seed, readings: 4000, shards: 16, reshards: 0 },
      async (instances, feed, sink) => {
        const [first, second, third, fourth] = await Promise.all(
          Array.from({ length: 4 }, () => instances.add()),
        );
        const somethingNew = async () => {
          const before = sink.outcome.windows.size;
          await until(async () => (await sink.look(), sink.outcome.windows.size > before), 'another window');
        };
        await until(() => instances.shards() === 16, 'all shards to be read');
        feed.advanceTo(0.2);
        await somethingNew();
        await first!.kill();
        feed.advanceTo(0.4);
        await somethingNew();
        await instances.add();
        second!.suspend();
        feed.advanceTo(0.6);
        await sleep(2 * failover);
        await somethingNew();
        second!.resume();
        await until(() => second!.lines.some((line) => /lease of shard .* is lost/.test(line)), 'the loss');
        await third!.stop();
        feed.advanceTo(0.8);
        await somethingNew();
        await fourth!.kill();
        await fourth!.start();
      },
    );
    assertSame(report);
    assert.deepEqual(report.complaints, []);
  });
});
