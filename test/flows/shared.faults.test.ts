import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Feed } from '../helpers/crash/Feed';
import { readingsOf, recordsOf } from '../helpers/crash/readings';
import type { Runtime } from '../helpers/crash/Runtime';
import { Sink } from '../helpers/crash/Surroundings';
import { Instances } from '../helpers/shared/Instances';
import { compareWithOne } from '../helpers/shared/run';
import { Services } from '../helpers/shared/Services';
import { until } from '../helpers/until';

const seed = 2;

function says(runtime: Runtime, text: string): Promise<void> {
  return until(
    () => runtime.statusesOf('in').at(-1)?.includes(text) ?? false,
    `the status "${text}"`,
    30_000,
  );
}

function logs(runtime: Runtime, text: RegExp): Promise<void> {
  return until(() => runtime.lines.some((line) => text.test(line)), `a log line like ${text}`, 30_000);
}

describe('a stream that instances share, when', function () {
  this.timeout(120_000);

  it('S3 refuses for a while: nothing is lost, and the status says so', async () => {
    const report = await compareWithOne(
      { seed, readings: 2000, shards: 2, reshards: 0 },
      async (instances, feed) => {
        const { s3 } = instances.services.faults;
        const runtime = await instances.add();
        feed.advanceTo(0.3);
        await until(() => s3.count() > 4, 'both shards to be saved');
        s3.inject({ kind: 'status', status: 503 }, { times: Infinity });
        feed.advanceTo(0.6);
        await says(runtime, 'cannot save state');
        await runtime.kill();
        await runtime.start();
        await says(runtime, 'state unreadable');
        s3.heal();
        await says(runtime, 'up to date');
      },
    );
    assert.deepEqual(report.differences.slice(0, 10), []);
    assert.ok(report.windows > 150, `${report.windows} windows`);
    assert.match(report.complaints.join('\n'), /The state cannot be saved/);
  });

  describe('as to their settings and rights,', () => {
    let services: Services;
    let sink: Sink;
    let instances: Instances;
    let feed: Feed;
    const start = (settings: object): Promise<Runtime> => {
      instances = new Instances(services, sink, 'shared', settings);
      return instances.add();
    };
    beforeEach(async () => {
      services = await Services.start(2);
      sink = await Sink.open(services.surroundings, 'out');
      feed = new Feed(services.surroundings.client, await recordsOf(seed, readingsOf(seed, 1000)), []);
      feed.advanceTo(1);
    });
    afterEach(async () => {
      await feed.close();
      await instances.remove();
      await sink.close();
      await services.close();
    });

    it('the bucket is missing: the error names it', async () => {
      const runtime = await start({ stateBucket: 'nobody-made-it' });
      await says(runtime, 'cannot save state');
      await logs(runtime, /\[error\].*The state cannot be saved \(.*bucket does not exist/);
    });

    it('the table is forbidden: no record is read before it is allowed', async () => {
      services.faults.dynamodb.inject({ kind: 'denied' }, { times: Infinity });
      const runtime = await start({});
      await says(runtime, 'AccessDeniedException');
      await logs(runtime, /\[warn\].*not authorized to perform this/);
      await sleep(500);
      await sink.look();
      assert.equal(sink.outcome.windows.size, 0);
      services.faults.dynamodb.heal();
      await says(runtime, '2 shards');
      await until(async () => {
        await sink.look();
        return sink.outcome.windows.size > 0;
      }, 'a window');
    });

    it('the table belongs to another stream: nothing of it is taken', async () => {
      const first = await start({});
      await says(first, '2 shards');
      const other = new Instances(services, sink, 'shared', { stream: 'results-out' });
      try {
        const runtime = await other.add();
        await says(runtime, 'LeaseTableError');
        await logs(
          runtime,
          /\[warn\].*belong to the stream "readings", not to "results-out": choose another/,
        );
        assert.equal(instances.shards(), 2);
      } finally {
        await other.remove();
      }
    });
  });
});
