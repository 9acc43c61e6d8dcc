import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import {
  assertOnce,
  later,
  memory,
  play,
  pulse,
  range,
  remembered,
  remembers,
  sliced,
  tape,
  tapeOf,
  useCrashes,
} from '../helpers/checkpoints';
import { drawn, redeploy, touch } from '../helpers/deploys';
import { Bench, loggedErrors } from '../helpers/nodeRed';
import { until } from '../helpers/until';

describe('checkpoints, with a node that works in slices,', () => {
  const disk = useCrashes();

  const chain = [
    drawn('slow', 'later', ['first'], { ms: 1 }),
    drawn('first', 'sliced', ['second'], { slices: 5 }),
    drawn('second', 'memory'),
    { id: 'other', type: 'tab', label: 'other' },
    drawn('aside', 'memory', [], { z: 'other' }),
  ];
  const deploy = () =>
    Bench.deploy([tape, memory, later, sliced], drawn('node', 'tape', ['slow']), { extra: chain });

  it('lose nothing and count nothing twice, at whatever moment the process is killed', async () => {
    tapeOf().length = 400;
    for (let round = 0; round < 8; round++) {
      await deploy();
      await pause(15 + 40 * Math.random());
      await disk.die();
    }
    await deploy();
    await play(400, 'second');
    assertOnce(400, 'first', 'second');
    assert.deepEqual(
      remembered('second'),
      [...remembered('second')].sort((a, b) => a - b),
    );
  });

  for (const type of ['nodes', 'full'] as const) {
    for (const id of ['node', 'slow', 'first', 'second', 'aside']) {
      it(`lose nothing and count nothing twice: ${id} again and again, deploying ${type}`, async () => {
        await deploy();
        for (const length of [60, 120, 180]) {
          tapeOf().length = length;
          await remembers(length - 40);
          await redeploy(touch(id), type);
        }
        await play(180, 'second');
        assertOnce(180, 'first', 'second');
        assert.deepEqual(loggedErrors(), []);
      });
    }
  }

  it('give up what is under way when the flow goes back, and what waits behind it', async () => {
    await deploy();
    tapeOf().length = 200;
    for (const count of [40, 90, 140]) {
      await remembers(count);
      tapeOf().rewind();
    }
    await play(200, 'second');
    assertOnce(200, 'first', 'second');
    assert.ok(tapeOf().sendings > 200);
  });

  it('do not take a long work for a message that is held, nor what waits for its end', async () => {
    tapeOf().hold = 1;
    const works = drawn('first', 'sliced', ['second'], { slices: 150_000 });
    const flow = { extra: [works, drawn('second', 'memory')] };
    await Bench.deploy([tape, memory, sliced], drawn('node', 'tape', ['first']), flow);
    await play(3, 'second');
    assertOnce(3, 'first', 'second');
    assert.deepEqual(tapeOf().held, []);
  });

  it('belong to one moment with what the node does by itself', async () => {
    const played = (name: string) => remembered(name).filter((number) => number >= 0);
    const pulses = (name: string) => remembered(name).length - played(name).length;
    const plays = async (length: number) => {
      tapeOf().length = length;
      await until(
        () => played('second').length >= length,
        () => `${length} numbers, has ${played('second').length}`,
      );
    };
    await deploy();
    tapeOf().length = 60;
    for (const count of [10, 25, 40]) {
      await remembers(count);
      pulse('first');
    }
    await plays(60);
    await until(
      () => pulses('second') === 3,
      () => 'three pulses',
    );
    await disk.die();
    await deploy();
    await plays(61);
    for (const name of ['first', 'second']) {
      assert.deepEqual(
        played(name).sort((a, b) => a - b),
        range(61),
        name,
      );
    }
    assert.equal(pulses('second'), pulses('first'));
  });
});
