import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { put } from '../../bench/helpers/put';
import { Runtime } from '../helpers/crash/Runtime';
import { Sink, Surroundings } from '../helpers/crash/Surroundings';
import { linesIn, manySeriesFlow, rowsIn } from '../helpers/manySeries';
import { until } from '../helpers/until';

const series = 2000;
const intervals = 10;

describe('a flow with very many series', function () {
  this.timeout(240_000);
  let folder: string;
  let surroundings: Surroundings;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'streamcut-series-'));
    surroundings = await Surroundings.start(1);
    for (let interval = 0; interval <= intervals; interval++)
      await put(surroundings.client, rowsIn(interval, series));
  });
  afterEach(async () => {
    await surroundings.close();
    await rm(folder, { recursive: true });
  });

  /** What comes out of all rows, each line once, while something happens to the flow. */
  async function run(
    name: string,
    happening: (runtime: Runtime, come: Come) => Promise<void>,
  ): Promise<string[]> {
    const file = path.join(folder, name);
    const sink = await Sink.open(surroundings, name);
    const runtime = await Runtime.create(manySeriesFlow(file, series), sink.env);
    let lines: string[] = [];
    const come = async (count: number) => {
      const look = async () => {
        lines = [...new Set(await linesIn(file))];
        return lines.length >= count;
      };
      await until(
        look,
        () => `${count} intervals, are ${lines.length}: ${runtime.lines.join('\n')}`,
        120_000,
      );
    };
    try {
      await runtime.start();
      await happening(runtime, come);
      await come(intervals);
      assert.deepEqual(runtime.complaints, []);
      return lines;
    } finally {
      await runtime.remove();
      await sink.close();
    }
  }
  type Come = (count: number) => Promise<void>;

  it('says what it says undisturbed when it is killed and stopped while it judges', async () => {
    const disturbed = await run('disturbed', async (runtime, come) => {
      for (const [count, end] of [
        [1, 'kill'],
        [4, 'stop'],
        [7, 'kill'],
      ] as const) {
        // What comes next is being judged then: all rows are there.
        await come(count);
        await runtime[end]();
        await runtime.start();
      }
    });
    const peaceful = await run('peaceful', () => Promise.resolve());
    assert.equal(peaceful.length, intervals);
    assert.deepEqual(disturbed, peaceful);
  });
});
