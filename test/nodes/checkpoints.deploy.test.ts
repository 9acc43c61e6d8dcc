import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import helper from 'node-red-node-test-helper';
import {
  assertOnce,
  hasty,
  later,
  memory,
  outlet,
  play,
  pulse,
  releaseOutlets,
  remembered,
  remembers,
  tape,
  tapeOf,
  useCrashes,
  waitingInOutlets,
} from '../helpers/checkpoints';
import { coreNode, drawn, redeploy, rewire, touch, type FlowJson } from '../helpers/deploys';
import { Bench, loggedErrors } from '../helpers/nodeRed';
import { until } from '../helpers/until';

const delay = coreNode('function/89-delay');

/** Of a delay node that passes messages on a millisecond later. */
const delaySettings = {
  pauseType: 'delay',
  timeout: '1',
  timeoutUnits: 'milliseconds',
  rate: '1',
  nbRateUnits: '1',
  rateUnits: 'second',
  randomFirst: '1',
  randomLast: '5',
  randomUnits: 'seconds',
};

describe('checkpoints, while flows are deployed,', () => {
  const disk = useCrashes();

  const deploy = (extra: FlowJson[], to = ['slow']) =>
    Bench.deploy([tape, memory, later, hasty, outlet, delay], drawn('node', 'tape', to), { extra });
  const chain = [
    drawn('slow', 'later', ['first']),
    drawn('first', 'memory', ['between']),
    drawn('between', 'later', ['second']),
    drawn('second', 'memory'),
    { id: 'other', type: 'tab', label: 'other' },
    drawn('aside', 'memory', [], { z: 'other' }),
  ];

  for (const type of ['nodes', 'flows', 'full'] as const) {
    for (const id of ['node', 'slow', 'first', 'between', 'second', 'aside']) {
      it(`lose nothing and count nothing twice: ${id} again and again, deploying ${type}`, async () => {
        await deploy(chain);
        for (const length of [150, 300, 450]) {
          tapeOf().length = length;
          await remembers(length - 100);
          await redeploy(touch(id), type);
        }
        await play(450, 'second');
        assertOnce(450, 'first', 'second');
        assert.deepEqual(loggedErrors(), []);
      });
    }
  }

  it('lose nothing and count nothing twice: deploys close after each other, and a crash', async () => {
    await deploy(chain);
    tapeOf().length = 1200;
    const ids = ['slow', 'first', 'node', 'between', 'second', 'aside'];
    for (let round = 0; round < 30; round++) {
      await redeploy(touch(ids[round % ids.length]!));
      await pause(Math.random() * 10);
    }
    await remembers(300);
    await disk.die();
    await deploy(chain);
    await play(1200, 'second');
    assertOnce(1200, 'first', 'second');
  });

  it('go on without going back when nothing of the flow is deployed', async () => {
    await deploy(chain);
    tapeOf().length = 300;
    for (let round = 0; round < 5; round++) {
      await remembers(40 * (round + 1));
      await redeploy(touch('aside'));
    }
    await play(300, 'second');
    assert.equal(tapeOf().sendings, 300);
  });

  it('call back what is still under way another way when a deploy has stopped one', async () => {
    await deploy(
      [
        drawn('slow', 'later', [], { ms: 1 }),
        drawn('very slow', 'later', ['first'], { ms: 400 }),
        drawn('first', 'memory'),
      ],
      ['very slow', 'slow'],
    );
    tapeOf().length = 7;
    for (let round = 0; round < 3; round++) {
      await pause(30);
      await redeploy(touch('slow'));
    }
    await play(7);
    await pause(500);
    assertOnce(7, 'first');
  });

  describe('messages that a node sends by itself', () => {
    it('arrive though it sends them while the nodes behind it are still to be started', async () => {
      const flow = [drawn('first', 'memory', ['second'], { eager: 2 }), drawn('second', 'memory')];
      for (const starts of [1, 2, 3]) {
        await deploy(flow, ['first']);
        await remembers(2 * starts, 'second');
        await until(() => disk.saved('second').length === 2 * starts, 'a checkpoint');
        assert.deepEqual(disk.saved('first'), disk.saved('second'));
        await helper.unload();
      }
    });

    it('come again when a deploy has stopped the node that had them', async () => {
      await deploy(
        [
          drawn('first', 'memory', ['very slow']),
          drawn('very slow', 'later', ['second'], { ms: 600 }),
          drawn('second', 'memory'),
        ],
        ['first'],
      );
      await play(1, 'second');
      pulse();
      assert.deepEqual(remembered(), [0, -1]);
      await redeploy(touch('very slow'));
      // The flow is where it was before: nobody has seen the message, and nobody remembers that it was sent.
      await until(() => remembered().length === 1, 'the flow to go back');
    });

    it('do not hold up what is saved when a deploy takes them from an outlet', async () => {
      await deploy([drawn('first', 'memory', ['out']), drawn('out', 'outlet')], ['first']);
      pulse();
      await until(() => waitingInOutlets().includes(-1), 'the message in the outlet');
      // By then it waits to be committed.
      await pause(50);
      await redeploy(touch('out'));
      tapeOf().length = 9;
      await until(
        () => {
          releaseOutlets();
          return disk.saved().filter((n) => n >= 0).length === 9;
        },
        () => `the numbers to be saved: ${disk.saved().join()}`,
      );
    });
  });

  describe('nodes that keep messages by design', () => {
    const flow = [drawn('first', 'memory'), drawn('keeps', 'delay', ['first'], delaySettings)];

    it('lower the guarantee, by name, from the deploy that puts them in until the one that takes them out', async () => {
      const told = () => tapeOf().told.map(({ guarantee, holder }) => [guarantee, holder]);
      await deploy(flow, ['first']);
      await play(20);
      assert.deepEqual(told(), []);
      await redeploy(rewire('node', ['keeps']));
      await play(40);
      assert.deepEqual(told(), [['at-least-once', 'delay']]);
      await redeploy(rewire('node', ['first']));
      await play(60);
      await until(() => told().length === 2, 'the guarantee');
      assert.deepEqual(told()[1], ['exactly-once', undefined]);
    });
  });

  describe('nodes that say done before they pass a message on', () => {
    const told = () => tapeOf().told.map(({ guarantee, holder }) => [guarantee, holder]);
    const passing = drawn('then', 'later', ['first']);

    it('lower the guarantee, by name, until a deploy takes them out', async () => {
      await deploy([drawn('early', 'hasty', ['then']), passing, drawn('first', 'memory')], ['early']);
      await play(20);
      await until(() => told().length === 1, 'the guarantee');
      assert.deepEqual(told(), [['at-least-once', 'hasty']]);
      await pause(50);
      assert.equal(told().length, 1);
      await redeploy(rewire('node', ['first']));
      await play(40);
      await until(() => told().length === 2, 'the guarantee');
      assert.deepEqual(told()[1], ['exactly-once', undefined]);
    });

    it('change nothing where nothing remembers', async () => {
      await deploy(
        [drawn('early', 'hasty', ['then']), drawn('then', 'later'), drawn('first', 'memory')],
        ['early', 'first'],
      );
      await play(20);
      await pause(50);
      assert.deepEqual(told(), []);
    });
  });

  describe('state that cannot be used', () => {
    const flow = (version: number) => [
      drawn('slow', 'later', ['first']),
      drawn('first', 'memory', ['second']),
      drawn('second', 'memory', [], { version }),
    ];

    it('of one source keeps the others of its flow from sending', async () => {
      const sources = (version: number) => [
        drawn('first', 'memory'),
        drawn('broken', 'tape', ['first'], { name: 'broken', version }),
      ];
      tapeOf().length = tapeOf('broken').length = 10;
      await deploy(sources(1), ['first']);
      await remembers(20);
      await until(() => disk.saved().length === 20, 'a checkpoint');
      await helper.unload();
      await deploy(sources(2), ['first']);
      tapeOf().length = 40;
      await until(() => tapeOf('broken').refusals.length > 0, 'the refusal');
      await pause(50);
      assert.equal(tapeOf().refusals.length, 1);
      assert.equal(remembered().length, 20);
    });

    it('keeps the source from sending, and says which node it is', async () => {
      await deploy(flow(1));
      await play(20, 'second');
      await helper.unload();
      tapeOf().length = 40;
      await deploy(flow(2));
      await until(() => tapeOf().refusals.length > 0, 'the refusal');
      await pause(100);
      assert.match(String(tapeOf().refusals[0]), /of version 2, got 1/);
      assertOnce(20, 'first');
    });

    for (const [way, change] of [
      ['put right', (each: FlowJson) => (each.id === 'second' ? { ...each, version: 1 } : each)],
      ['disabled', (each: FlowJson) => (each.id === 'second' ? { ...each, d: true } : each)],
      ['removed', (each: FlowJson) => (each.id === 'second' ? undefined : each)],
      ['not wired any more', rewire('first', [])],
    ] as const) {
      it(`lets the source go on where it was when the node is ${way}`, async () => {
        await deploy(flow(1));
        await play(20, 'second');
        await helper.unload();
        await deploy(flow(2));
        await until(() => tapeOf().refusals.length > 0, 'the refusal');
        await redeploy(change);
        await play(40);
        assertOnce(40, 'first');
      });
    }
  });

  it('lose nothing and count nothing twice when the source goes back while it sends', async () => {
    await deploy(chain);
    tapeOf().length = 600;
    for (let round = 1; round <= 8; round++) {
      await remembers(round * 20);
      tapeOf().rewind();
      tapeOf().rewind();
      await pause(Math.random() * 20);
    }
    await play(600, 'second');
    assertOnce(600, 'first', 'second');
    assert.ok(tapeOf().sendings > 600, 'nothing was sent again');
  });

  describe('a node', () => {
    it('that is removed is forgotten', async () => {
      await deploy(chain);
      await play(50, 'second');
      await redeploy((each) => (each.id === 'second' ? undefined : each));
      await redeploy((each) => each);
      await helper.unload();
      await deploy(chain);
      assert.deepEqual(remembered('second'), []);
      assert.equal(remembered().length, 50);
    });

    it('that is disabled for a while remembers', async () => {
      await deploy(chain);
      await play(50, 'second');
      await redeploy((each) => (each.id === 'second' ? { ...each, d: true } : each));
      await redeploy((each) => (each.id === 'second' ? { ...each, d: false } : each));
      await play(60, 'second');
      assertOnce(60, 'second');
    });
  });
});
