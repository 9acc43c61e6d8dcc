import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import {
  barrierBehind,
  gate,
  later,
  memory,
  openGates,
  outlet,
  pulse,
  range,
  remembered,
  remembers,
  tape,
  tapeOf,
  useCrashes,
  waitAtGates,
} from '../helpers/checkpoints';
import { drawn, redeploy, touch, type FlowJson } from '../helpers/deploys';
import { Bench, hooks, loggedErrors } from '../helpers/nodeRed';
import { until } from '../helpers/until';

describe('checkpoints, while a barrier is up,', () => {
  const disk = useCrashes();

  const deploy = (extra: FlowJson[], to: string[]) =>
    Bench.deploy([tape, memory, later, gate, outlet], drawn('node', 'tape', to), { extra });
  /** Lets a tape send its next numbers in one turn, so that no barrier comes between them. */
  const send = (count: number, name?: string) => {
    tapeOf(name).atOnce = count;
    tapeOf(name).length += count;
  };
  /** Waits until a memory is saved like this. */
  const isSaved = (numbers: readonly number[], id?: string) =>
    until(
      () => disk.saved(id).join() === numbers.join(),
      () => `${numbers.join()} to be saved, is ${disk.saved(id).join()}`,
    );
  const sorted = (name?: string) => [...remembered(name)].sort((a, b) => a - b);
  const twice = (count: number) => range(2 * count).map((n) => n >> 1);

  /** Each number comes to the memory by two ways, of which one has a gate. */
  const fork = [drawn('gate', 'gate', ['first']), drawn('first', 'memory')];
  const ways = ['gate', 'first'];

  /** Of the fork: 0 to 2 on both sides of the gate, a barrier, and 3 to 5 which wait at the memory or the gate. */
  async function raised(): Promise<void> {
    await deploy(fork, ways);
    send(3);
    await waitAtGates(3);
    await barrierBehind(3);
    send(3);
    await waitAtGates(6);
    await pause(10);
    assert.deepEqual(remembered(), [0, 1, 2]);
  }

  it('let the source go on, and save what it had sent before', async () => {
    await deploy(fork, ['gate']);
    send(3);
    await waitAtGates(3);
    await barrierBehind(3);
    send(3);
    await waitAtGates(6);
    openGates(3);
    await remembers(3);
    await isSaved([0, 1, 2]);
    await disk.die();
    await deploy(fork, ['gate']);
    await waitAtGates(3);
    openGates(3);
    await remembers(6);
    assert.deepEqual(remembered(), range(6));
  });

  it('let nothing from behind it overtake what came before it by a slower way', async () => {
    await raised();
    openGates(3);
    await remembers(9);
    assert.deepEqual(remembered(), [0, 1, 2, 0, 1, 2, 3, 4, 5]);
    await isSaved([0, 1, 2, 0, 1, 2]);
    assert.deepEqual(tapeOf().told, []);
  });

  it('let nothing overtake what waits, though other hooks take their time with each delivery', async () => {
    await deploy(fork, ways);
    hooks.add('preDeliver.test', (_event: object, go: () => void) => void Promise.resolve().then(go));
    try {
      send(3);
      await waitAtGates(3);
      await barrierBehind(3);
      send(3);
      await waitAtGates(6);
      openGates(3);
      send(1);
      await remembers(10);
      assert.deepEqual(remembered(), [0, 1, 2, 0, 1, 2, 3, 4, 5, 6]);
    } finally {
      hooks.remove('preDeliver.test');
    }
  });

  it('cover all sources of a flow', async () => {
    const flow = [...fork, { ...drawn('source 2', 'tape', ['first']), name: 'other' }];
    await deploy(flow, ['gate']);
    send(3);
    await waitAtGates(3);
    await barrierBehind(3);
    send(4, 'other');
    await until(() => tapeOf('other').sendings === 4, 'all to be sent');
    await pause(10);
    assert.deepEqual(remembered(), []);
    openGates(3);
    await remembers(7);
    assert.deepEqual(remembered(), [0, 1, 2, 0, 1, 2, 3]);
    await isSaved(remembered());
    await disk.die();
    await deploy(flow, ['gate']);
    send(2, 'other');
    await remembers(9);
    assert.deepEqual(sorted(), [0, 0, 1, 1, 2, 2, 3, 4, 5]);
  });

  it('cover all flows that a source feeds', async () => {
    const flow = [...fork, drawn('third', 'memory', [], { z: 'other' }), { id: 'other', type: 'tab' }];
    await deploy(flow, ['gate', 'third']);
    send(3);
    await waitAtGates(3);
    await barrierBehind(3);
    send(2);
    await waitAtGates(5);
    await pause(10);
    assert.deepEqual(remembered('third'), [0, 1, 2]);
    openGates(3);
    await remembers(5, 'third');
    await isSaved(range(3));
    assert.deepEqual(disk.saved('third'), range(3));
  });

  it('cover nodes that remember behind each other, by whatever outputs', async () => {
    const flow = [
      drawn('first', 'memory', ['gate']),
      drawn('gate', 'gate', ['second']),
      drawn('second', 'memory'),
    ];
    await deploy(flow, ['first', 'second']);
    send(3);
    await waitAtGates(3);
    await barrierBehind(3);
    send(3);
    await until(() => tapeOf().sendings === 6, 'all to be sent');
    await pause(10);
    assert.deepEqual([remembered(), remembered('second')], [range(3), range(3)]);
    openGates(3);
    await remembers(6);
    await remembers(9, 'second');
    assert.deepEqual(remembered('second'), [0, 1, 2, 0, 1, 2, 3, 4, 5]);
    await isSaved(range(3));
    await disk.die();
    await deploy(flow, ['first', 'second']);
    await waitAtGates(3);
    openGates(3);
    await remembers(12, 'second');
    assert.deepEqual([sorted(), sorted('second')], [range(6), twice(6)]);
  });

  it('cover nodes inside of subflows', async () => {
    const subflow = {
      ...{ id: 'sub', type: 'subflow', name: 'sub', out: [] },
      in: [{ x: 1, y: 1, wires: [{ id: 'kept' }] }],
    };
    const kept = drawn('kept', 'memory', [], { z: 'sub', name: 'inside' });
    await deploy([subflow, kept, drawn('gate', 'gate', ['i']), drawn('i', 'subflow:sub')], ['gate', 'i']);
    send(3);
    await waitAtGates(3);
    await barrierBehind(3);
    send(3);
    await waitAtGates(6);
    openGates(3);
    await remembers(9, 'inside');
    assert.deepEqual(remembered('inside'), [0, 1, 2, 0, 1, 2, 3, 4, 5]);
  });

  it('let through what a node that remembers sends by itself', async () => {
    const flow = [
      drawn('gate', 'gate', ['first']),
      drawn('first', 'memory', ['second']),
      drawn('second', 'memory'),
    ];
    await deploy(flow, ['gate']);
    send(1);
    await waitAtGates(1);
    await barrierBehind(1);
    pulse();
    await remembers(1, 'second');
    openGates(1);
    await remembers(2, 'second');
    await isSaved([-1, 0]);
    await isSaved([-1, 0], 'second');
    assert.deepEqual(tapeOf().told, []);
  });

  it('count nobody as holding a message that waits for it', async () => {
    tapeOf('other').hold = 100;
    await deploy([...fork, { ...drawn('source 2', 'tape', ['first']), name: 'other' }], ['gate']);
    send(1);
    await waitAtGates(1);
    await barrierBehind(1);
    send(1, 'other');
    await pause(800);
    assert.deepEqual([tapeOf('other').held, remembered()], [[], []]);
    openGates(1);
    await remembers(2);
  });

  it('lower the guarantee when a message from before it does not come through, and go on', async () => {
    await raised();
    await remembers(6);
    assert.deepEqual(
      tapeOf().told.map(({ guarantee, holder }) => [guarantee, holder]),
      [['at-least-once', 'gate']],
    );
    assert.deepEqual(remembered(), range(6));
    openGates(6);
    await remembers(12);
    await until(() => tapeOf().told.length === 2, 'the guarantee');
    assert.equal(tapeOf().told[1]?.guarantee, 'exactly-once');
    await isSaved([...range(6), ...range(6)]);
  });

  describe('and the flow goes back,', () => {
    async function comesAgainOnce(): Promise<void> {
      await waitAtGates(12);
      openGates(12);
      await remembers(12);
      await pause(50);
      assert.deepEqual([sorted(), loggedErrors()], [twice(6), []]);
    }

    it('never let in what waits', async () => {
      await raised();
      tapeOf().rewind();
      await comesAgainOnce();
    });

    it('because the node at which messages wait is deployed, lose nothing', async () => {
      await raised();
      await redeploy(touch('first'));
      await comesAgainOnce();
    });
  });

  it('hold back what waits over a deploy of something else, and go on then', async () => {
    const aside = [
      { id: 'tab 2', type: 'tab' },
      { ...drawn('aside', 'memory', []), z: 'tab 2' },
    ];
    await deploy([...fork, ...aside], ways);
    send(3);
    await waitAtGates(3);
    await barrierBehind(3);
    send(3);
    await waitAtGates(6);
    await redeploy(touch('aside'));
    await pause(50);
    assert.deepEqual(remembered(), [0, 1, 2]);
    openGates(3);
    await remembers(9);
    assert.deepEqual([remembered(), tapeOf().sendings], [[0, 1, 2, 0, 1, 2, 3, 4, 5], 6]);
  });
});
