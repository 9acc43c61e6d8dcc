import assert from 'node:assert/strict';
import {
  assertOnce,
  later,
  memory,
  play,
  remembers,
  stranger,
  tape,
  tapeOf,
  useCrashes,
} from '../helpers/checkpoints';
import { coreNode, drawn, redeploy, type FlowJson } from '../helpers/deploys';
import { Bench, loggedErrors } from '../helpers/nodeRed';

const core = [
  'function/10-function',
  'function/10-switch',
  'function/15-change',
  'function/89-delay',
  'common/05-junction',
  'common/60-link',
].map(coreNode);

describe('checkpoints of flows with nodes of Node-RED in them', () => {
  const disk = useCrashes();

  const code = (id: string, func: string, to: string[], more: object = {}) =>
    drawn(id, 'function', to, {
      func,
      outputs: 1,
      timeout: 0,
      noerr: 0,
      initialize: '',
      finalize: '',
      libs: [],
      ...more,
    });
  const deploy = (extra: FlowJson[], to: string[]) =>
    Bench.deploy([tape, memory, later, stranger, ...core], drawn('node', 'tape', to), { extra });

  const flows: Record<string, { readonly to: string[]; readonly nodes: FlowJson[] }> = {
    'a function that returns the message': { to: ['f'], nodes: [code('f', 'return msg;', ['first'])] },
    'a function that returns another message': {
      to: ['f'],
      nodes: [code('f', 'return { payload: msg.payload, topic: msg.topic };', ['first'])],
    },
    'a function that takes its time': {
      to: ['f'],
      nodes: [
        code(
          'f',
          'setTimeout(() => { node.send({ payload: msg.payload, topic: msg.topic }); node.done(); }, 3);',
          ['first'],
        ),
      ],
    },
    'a node that sends messages of its own': {
      to: ['s'],
      nodes: [drawn('s', 'stranger', ['slow']), drawn('slow', 'later', ['first'])],
    },
    'an asynchronous function': {
      to: ['f'],
      nodes: [code('f', 'await new Promise((resolve) => setTimeout(resolve, 2)); return msg;', ['first'])],
    },
    'a switch that sends some one way and some another': {
      to: ['s'],
      nodes: [
        drawn('s', 'switch', [], {
          property: 'payload',
          propertyType: 'msg',
          rules: [{ t: 'lt', v: '100', vt: 'num' }, { t: 'else' }],
          checkall: 'true',
          repair: false,
          outputs: 2,
          wires: [['first'], ['slow']],
        }),
        drawn('slow', 'later', ['first']),
      ],
    },
    'a change': {
      to: ['c'],
      nodes: [
        drawn('c', 'change', ['first'], {
          rules: [{ t: 'set', p: 'seen', pt: 'msg', to: 'true', tot: 'bool' }],
        }),
      ],
    },
    'links and a junction': {
      to: ['j'],
      nodes: [
        drawn('j', 'junction', ['lo']),
        drawn('lo', 'link out', [], { mode: 'link', links: ['li'] }),
        { id: 'elsewhere', type: 'tab', label: 'elsewhere' },
        drawn('li', 'link in', ['slow'], { z: 'elsewhere', links: ['lo'] }),
        drawn('slow', 'later', ['first'], { z: 'elsewhere' }),
      ],
    },
    'a call and its return': {
      to: ['call'],
      nodes: [
        drawn('call', 'link call', ['first'], { links: ['li'], linkType: 'static', timeout: '30' }),
        drawn('li', 'link in', ['slow'], { links: [] }),
        drawn('slow', 'later', ['back']),
        drawn('back', 'link out', [], { mode: 'return', links: [] }),
      ],
    },
    'a subflow inside of a subflow': {
      to: ['i'],
      nodes: [
        {
          id: 'outer',
          type: 'subflow',
          name: 'outer',
          in: [{ x: 1, y: 1, wires: [{ id: 'ii' }] }],
          out: [{ x: 1, y: 1, wires: [{ id: 'ii', port: 0 }] }],
        },
        {
          id: 'inner',
          type: 'subflow',
          name: 'inner',
          in: [{ x: 1, y: 1, wires: [{ id: 'slow' }] }],
          out: [{ x: 1, y: 1, wires: [{ id: 'kept', port: 0 }] }],
        },
        drawn('ii', 'subflow:inner', [], { z: 'outer', wires: [[]] }),
        drawn('slow', 'later', ['kept'], { z: 'inner' }),
        drawn('kept', 'memory', [], { z: 'inner', name: 'inside', wires: [[]] }),
        drawn('i', 'subflow:outer', ['first']),
      ],
    },
  };

  /**
   * Starts the flow, kills it each time that it has remembered so many numbers, and lets it come to its end at last.
   * @param all how many numbers there are, each of which must be remembered once
   */
  async function killAt(
    counts: readonly number[],
    all: number,
    start: () => Promise<unknown>,
  ): Promise<void> {
    for (const count of counts) {
      await start();
      await remembers(count);
      await disk.die();
    }
    await start();
    await remembers(all);
    assertOnce(all, 'first');
  }

  for (const [what, { to, nodes }] of Object.entries(flows)) {
    it(`are exactly-once with ${what}, whenever the process is killed`, async () => {
      const flow = [...nodes, drawn('first', 'memory')];
      tapeOf().length = 400;
      await killAt([60, 120, 180, 300], 400, () => deploy(flow, to));
      if (nodes.some(({ name }) => name === 'inside')) {
        assertOnce(400, 'inside');
      }
      assert.deepEqual(tapeOf().told, []);
      assert.deepEqual(loggedErrors(), []);
    });
  }

  it('are exactly-once for what a Catch node hands on', async () => {
    const flow = [
      code('f', 'if (msg.payload % 2) throw new Error("odd"); return msg;', ['first']),
      drawn('slow', 'later', ['first']),
      drawn('first', 'memory'),
    ];
    const start = async () => {
      // Until the Catch node is wired, its messages go nowhere.
      tapeOf().length = 0;
      await deploy(flow, ['f']);
      await redeploy(
        (each) => (each.id === 'catch-node' ? { ...each, x: 1, y: 1, wires: [['slow']] } : each),
        'full',
      );
      tapeOf().length = 300;
    };
    await killAt([60, 120, 200], 300, start);
  });

  it('are exactly-once for what a Complete node hands on', async () => {
    const flow = [drawn('slow', 'later'), drawn('then', 'later', ['first']), drawn('first', 'memory')];
    const start = async () => {
      // Until the Complete node is wired, its messages go nowhere.
      tapeOf().length = 0;
      await deploy(flow, ['slow']);
      const wired = { x: 1, y: 1, scope: ['slow'], wires: [['then']] };
      await redeploy((each) => (each.id === 'complete-node' ? { ...each, ...wired } : each), 'full');
      tapeOf().length = 300;
    };
    await killAt([60, 120, 200], 300, start);
  });

  for (const type of ['full', 'flows', 'nodes'] as const) {
    it(`are exactly-once though a switch that a ${type} deploy has stopped goes on passing its queue on`, async () => {
      const flow = [
        drawn('s', 'switch', ['c'], {
          property: 'payload',
          propertyType: 'msg',
          rules: [{ t: 'else' }],
          checkall: 'true',
          repair: false,
          outputs: 1,
        }),
        drawn('c', 'change', ['first'], { rules: [{ t: 'set', p: 'seen', pt: 'msg', to: '1', tot: 'num' }] }),
        drawn('first', 'memory'),
      ];
      await deploy(flow, ['s']);
      tapeOf().atOnce = 400;
      for (const length of [1000, 2000, 3000]) {
        tapeOf().length = length;
        await remembers(length - 700);
        await redeploy((node) => (node.type === 'tab' ? node : { ...node, touched: length }), type);
      }
      await disk.die();
      await deploy(flow, ['s']);
      await play(3000);
      assertOnce(3000, 'first');
      assert.deepEqual(loggedErrors(), []);
    });
  }
});
