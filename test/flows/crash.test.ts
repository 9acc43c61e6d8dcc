import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../lib/simulation/Random';
import { FaultProxy } from '../../local/FaultProxy';
import { disturbances } from '../helpers/crash/disturbances';
import { Feed } from '../helpers/crash/Feed';
import { crashFlow } from '../helpers/crash/flow';
import { fullDisk, shiftedClock } from '../helpers/crash/preloads';
import { readingsOf, recordsOf } from '../helpers/crash/readings';
import { compareWithPeace, disturbedBy, type RunReport } from '../helpers/crash/run';
import { Runtime } from '../helpers/crash/Runtime';
import { Sink, Surroundings } from '../helpers/crash/Surroundings';
import { until } from '../helpers/until';

const seed = 1;
const few = { seed, readings: 4000, shards: 2, reshards: 3 };

function assertSame({ differences, ...report }: RunReport): void {
  assert.deepEqual(differences.slice(0, 10), [], `${differences.length} differences`);
  const { windows, incidents, notifications, late } = report;
  const isTelling = windows > 250 && incidents > 50 && notifications > 5 && late > 3;
  assert.ok(isTelling, `too little came out to tell: ${JSON.stringify(report)}`);
}

describe('the whole flow, whatever happens to it', function () {
  this.timeout(240_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'streamcut-crash-test-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('gives the same windows, scores and notifications when it is killed, stopped and deployed at any moment', async () => {
    const report = await compareWithPeace(few, disturbedBy(disturbances(new Random(seed), 6)));
    assertSame(report);
    assert.deepEqual(report.complaints, []);
  });

  it('goes on while the disk is full, says so, and loses nothing when it is killed then', async () => {
    const marker = path.join(folder, 'full');
    const report = await compareWithPeace({ ...few, env: fullDisk(marker) }, async (runtime, feed) => {
      const says = (text: string) =>
        until(() => runtime.statusesOf('in').at(-1)?.includes(text) ?? false, `the status "${text}"`);
      feed.advanceTo(0.2);
      await says('up to date');
      await writeFile(marker, '');
      feed.advanceTo(0.4);
      await says('cannot save state');
      await runtime.kill();
      await runtime.start();
      feed.advanceTo(0.6);
      await says('cannot save state');
      await rm(marker);
      await says('up to date');
      await runtime.kill();
      await runtime.start();
    });
    assertSame(report);
    assert.match(report.complaints.join('\n'), /The state cannot be saved \(.*no space left on device/);
  });

  it('is not misled by a clock that jumps hours ahead and back', async () => {
    const clock = path.join(folder, 'clock');
    const hour = 3_600_000;
    const report = await compareWithPeace({ ...few, env: shiftedClock(clock) }, async (runtime, feed) => {
      for (const [step, hours] of [5, -5, 0].entries()) {
        feed.advanceTo((step + 1) / 4);
        await sleep(300);
        await writeFile(clock, String(hours * hour));
        await sleep(700);
        if (step !== 1) continue;
        await runtime.kill();
        await runtime.start();
      }
    });
    assertSame(report);
    assert.deepEqual(report.complaints, []);
  });

  describe('reads nothing, and says why, when its saved state', () => {
    let surroundings: Surroundings;
    let proxy: FaultProxy;
    let sink: Sink;
    let runtime: Runtime;
    beforeEach(async () => {
      surroundings = await Surroundings.start(1);
      proxy = await FaultProxy.start(surroundings.kinesis.endpoint);
      sink = await Sink.open(surroundings, 'damaged');
      const env = { ...sink.env, AWS_ENDPOINT_URL_KINESIS: proxy.endpoint };
      runtime = await Runtime.create(crashFlow(sink.topics), env);
      await runtime.start();
      const feed = new Feed(surroundings.client, await recordsOf(seed, readingsOf(seed, 1000)), []);
      feed.advanceTo(1);
      await until(async () => (await journal()).bytes.length > 600, 'a few checkpoints');
      await runtime.kill();
      await feed.close();
    });
    afterEach(async () => {
      await runtime.remove();
      await sink.close();
      await proxy.close();
      await surroundings.close();
    });

    const journal = async () => {
      const names = await readdir(runtime.stateFolder).catch(() => []);
      const name = names
        .filter((one) => one.endsWith('.bin'))
        .sort()
        .at(-1);
      const file = path.join(runtime.stateFolder, name ?? '');
      return { file, bytes: name === undefined ? Buffer.alloc(0) : await readFile(file) };
    };

    const cases: readonly [what: string, damage: (bytes: Buffer) => Buffer, reason: RegExp][] = [
      [
        'is damaged in the middle',
        (bytes) => bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 40),
        /is damaged/,
      ],
      ['has lost its beginning', (bytes) => bytes.subarray(100), /is damaged/],
      ['is empty', () => Buffer.alloc(0), /is damaged/],
      [
        'was written by another version',
        (bytes) => Buffer.concat([Buffer.from('streamcut-state 9\n'), bytes.subarray(18)]),
        /must be of version 1, got 9/,
      ],
    ];
    for (const [what, damage, reason] of cases) {
      it(what, async () => {
        const { file, bytes } = await journal();
        const damaged = damage(Buffer.from(bytes));
        await writeFile(file, damaged);
        const before = proxy.count('GetRecords');
        await runtime.start();
        await until(() => runtime.statusesOf('in').includes('state unreadable'), 'the status of kinesis-in');
        await until(() => runtime.complaints.some((line) => reason.test(line)), 'the error');
        await sleep(500);
        assert.equal(proxy.count('GetRecords'), before);
        assert.deepEqual((await journal()).bytes, damaged, 'the state was touched');
      });
    }
  });
});
