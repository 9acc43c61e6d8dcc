import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import helper from 'node-red-node-test-helper';
import {
  assertOnce,
  later,
  memory,
  outlet,
  play,
  range,
  releaseOutlets,
  remembered,
  remembers,
  tape,
  tapeOf,
  useCrashes,
  waitingInOutlets,
} from '../helpers/checkpoints';
import { drawn, type FlowJson } from '../helpers/deploys';
import { Bench } from '../helpers/nodeRed';
import { until } from '../helpers/until';

describe('checkpoints', () => {
  const disk = useCrashes();

  const deploy = (extra: FlowJson[], to = ['slow']) =>
    Bench.deploy([tape, memory, later, outlet], drawn('node', 'tape', to), { extra });

  const chain = [
    drawn('slow', 'later', ['first']),
    drawn('first', 'memory', ['second']),
    drawn('second', 'memory'),
  ];

  it('lose nothing and count nothing twice over restarts in the middle', async () => {
    tapeOf().length = 3000;
    for (const count of [200, 500, 900]) {
      await deploy(chain);
      await remembers(count);
      await helper.unload();
    }
    await deploy(chain);
    await play(3000, 'second');
    assertOnce(3000, 'first', 'second');
    assert.deepEqual(remembered('second'), remembered());
  });

  it('lose nothing and count nothing twice, at whatever moment the process is killed', async () => {
    tapeOf().length = 1500;
    let goneBack = 0;
    for (let round = 0; round < 12; round++) {
      await deploy(chain);
      await pause(15 + 60 * Math.random());
      const killed = disk.crash();
      const before = remembered().length;
      await helper.unload();
      disk.wakeUpWith(killed);
      await deploy(chain);
      if (remembered().length < before) goneBack++;
      await helper.unload();
    }
    assert.ok(goneBack > 0, 'no crash took anything back');
    await deploy(chain);
    await play(1500, 'second');
    assertOnce(1500, 'first', 'second');
    assert.deepEqual(remembered('second'), remembered());
  });

  it('bind two sources together that feed one node', async () => {
    tapeOf().length = tapeOf('other').length = 600;
    const flow = [...chain, { ...drawn('source 2', 'tape', ['first']), name: 'other' }];
    for (let round = 0; round < 5; round++) {
      await deploy(flow);
      await remembers(200 * (round + 1));
      await disk.die();
    }
    await deploy(flow);
    await remembers(1200, 'second');
    assert.deepEqual(
      [...remembered('second')].sort((a, b) => a - b),
      range(1200).map((n) => n >> 1),
    );
  });

  it('bind all flows together that one source feeds', async () => {
    const flow = [...chain, drawn('aside', 'later', ['third']), drawn('third', 'memory')];
    tapeOf().length = 800;
    for (let round = 0; round < 5; round++) {
      await deploy(flow, ['slow', 'aside']);
      await remembers(120 * (round + 1), 'third');
      await disk.die();
    }
    await deploy(flow, ['slow', 'aside']);
    await remembers(800, 'second');
    await remembers(800, 'third');
    assertOnce(800, 'second', 'third');
  });

  describe('with a node that hands messages to the outside world', () => {
    const flow = [drawn('first', 'memory', ['out']), drawn('out', 'outlet')];

    it('are not committed before it is done, and give it again what it was not done with', async () => {
      await deploy(flow, ['first']);
      await play(5);
      await pause(100);
      const killed = disk.crash();
      assert.deepEqual(releaseOutlets(), range(5));
      await helper.unload();
      disk.wakeUpWith(killed);
      await deploy(flow, ['first']);
      await until(() => waitingInOutlets().length === 5, 'the same messages');
      assert.deepEqual(waitingInOutlets(), range(5));
      assert.deepEqual(remembered(), range(5));
    });

    it('do not give it again what was committed', async () => {
      await deploy(flow, ['first']);
      await play(5);
      await until(() => waitingInOutlets().length === 5, 'messages in the outlet');
      releaseOutlets();
      await pause(100);
      await disk.die();
      await deploy(flow, ['first']);
      await play(6);
      assert.deepEqual(remembered(), range(6));
      await until(() => waitingInOutlets().length > 0, 'the next message');
      assert.deepEqual(waitingInOutlets(), [5]);
    });

    it('go on while messages wait in it', async () => {
      await deploy(flow, ['first']);
      await play(3);
      await pause(50);
      await play(6);
      assert.deepEqual(tapeOf().told, []);
      assert.deepEqual(waitingInOutlets(), range(6));
    });

    it('wait for it when something behind it remembers', async () => {
      await deploy([drawn('out', 'outlet', ['first']), drawn('first', 'memory')], ['out']);
      tapeOf().atOnce = tapeOf().length = 3;
      await until(() => waitingInOutlets().length === 3, 'messages in the outlet');
      await pause(50);
      tapeOf().length = 6;
      await until(() => waitingInOutlets().length === 6, 'messages in the outlet');
      releaseOutlets(3);
      await pause(50);
      assert.deepEqual(remembered(), []);
      releaseOutlets();
      await remembers(6);
      assert.deepEqual(remembered(), range(6));
    });
  });
});
