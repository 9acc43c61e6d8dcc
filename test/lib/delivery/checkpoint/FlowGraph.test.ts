import assert from 'node:assert/strict';
import { FlowGraph, type FlowNode } from '../../../../lib/delivery/checkpoint/FlowGraph';

describe('flow graph', () => {
  const node = (id: string, to: string[] = [], more: Partial<FlowNode> = {}): FlowNode => ({
    id,
    type: 'function',
    z: 'tab',
    wires: [to],
    ...more,
  });
  const reached = (nodes: FlowNode[], from = 'source') => [...new FlowGraph(nodes).reachable(from)].sort();

  it('follows wires from all outputs, and none backwards', () => {
    const nodes = [
      node('source', [], { wires: [['a'], ['b', 'c'], []] }),
      node('a', ['d']),
      node('b'),
      node('c'),
      node('d'),
      node('before', ['source']),
      node('aside', ['d']),
    ];
    assert.deepEqual(reached(nodes), ['a', 'b', 'c', 'd']);
    assert.deepEqual(reached(nodes, 'd'), []);
  });

  it('comes to an end in a loop, which reaches where it began', () => {
    assert.deepEqual(reached([node('source', ['a']), node('a', ['b']), node('b', ['source', 'a'])]), [
      'a',
      'b',
      'source',
    ]);
    assert.deepEqual(reached([node('source', ['source'])]), ['source']);
  });

  it('ends at nodes that are disabled, not there, or on a disabled tab', () => {
    const nodes: FlowNode[] = [
      { id: 'off', type: 'tab', disabled: true },
      node('source', ['a', 'nobody', 'b']),
      node('a', ['after'], { d: true }),
      node('b', ['after'], { z: 'off' }),
      node('after'),
    ];
    assert.deepEqual(reached(nodes), []);
  });

  it('goes on through junctions', () => {
    const nodes = [node('source', ['j']), node('j', ['a'], { type: 'junction' }), node('a')];
    assert.deepEqual(reached(nodes), ['a', 'j']);
  });

  it('follows links, of other tabs too', () => {
    const nodes = [
      node('source', ['out']),
      node('out', [], { type: 'link out', mode: 'link', links: ['in 1', 'in 2'] }),
      node('in 1', ['a'], { type: 'link in', links: ['out'] }),
      node('in 2', ['b'], { type: 'link in', links: ['out'], z: 'other' }),
      node('in 3', ['c'], { type: 'link in', links: [] }),
      ...['a', 'b', 'c'].map((id) => node(id)),
    ];
    assert.deepEqual(reached(nodes), ['a', 'b', 'in 1', 'in 2', 'out']);
  });

  it('follows a call to where it returns', () => {
    const nodes = [
      node('source', ['call']),
      node('call', ['after'], { type: 'link call', links: ['in'], linkType: 'static' }),
      node('in', ['back'], { type: 'link in' }),
      node('back', [], { type: 'link out', mode: 'return', links: [] }),
      node('other in', ['never'], { type: 'link in' }),
      node('after'),
      node('never'),
    ];
    assert.deepEqual(reached(nodes), ['after', 'back', 'call', 'in']);
    assert.ok(reached(nodes, 'back').includes('after'));
  });

  it('takes a call whose target is only known by the message to lead to all', () => {
    const nodes = [
      node('source', ['call']),
      node('call', [], { type: 'link call', linkType: 'dynamic', links: [] }),
      node('in 1', ['a'], { type: 'link in' }),
      node('in 2', ['b'], { type: 'link in', z: 'other' }),
      node('a'),
      node('b'),
    ];
    assert.deepEqual(reached(nodes), ['a', 'b', 'call', 'in 1', 'in 2']);
  });

  describe('with subflows', () => {
    const subflow = (id: string, into: string[], out: string[][]): FlowNode => ({
      id,
      type: 'subflow',
      in: [{ wires: into.map((target) => ({ id: target })) }],
      out: out.map((from) => ({ wires: from.map((target) => ({ id: target })) })),
    });
    const instance = (id: string, of: string, wires: string[][], z = 'tab') =>
      node(id, [], { type: `subflow:${of}`, wires, z });

    it('goes in by their inputs and out by the output that is wired inside', () => {
      const nodes = [
        subflow('s', ['first'], [['first'], ['second']]),
        node('first', ['second'], { z: 's' }),
        node('second', [], { z: 's' }),
        node('source', ['instance']),
        instance('instance', 's', [['a'], ['b']]),
        node('a'),
        node('b'),
      ];
      assert.deepEqual(reached(nodes), ['a', 'b', 'instance', 'instance/first', 'instance/second']);
      assert.deepEqual(reached(nodes, 'instance/second'), ['b']);
    });

    it('goes through one inside of another', () => {
      const nodes = [
        subflow('outer', ['inner instance'], [['inner instance']]),
        subflow('inner', ['deep'], [['deep']]),
        instance('inner instance', 'inner', [['between']], 'outer'),
        node('between', [], { z: 'outer' }),
        node('deep', [], { z: 'inner' }),
        node('source', ['instance']),
        instance('instance', 'outer', [['after']]),
        node('after'),
      ];
      const inside = ['instance/between', 'instance/inner instance', 'instance/inner instance/deep'];
      assert.deepEqual(reached(nodes), ['after', 'instance', ...inside]);
    });

    it('keeps the instances of one apart', () => {
      const nodes = [
        subflow('s', ['out'], [['inside']]),
        node('out', [], { type: 'link out', mode: 'link', links: ['in'], z: 's' }),
        node('in', ['inside'], { type: 'link in', links: ['out'], z: 's' }),
        node('inside', [], { z: 's' }),
        node('source', ['one']),
        instance('one', 's', [['a']]),
        instance('other', 's', [['b']]),
        node('a'),
        node('b'),
      ];
      assert.deepEqual(reached(nodes), ['a', 'one', 'one/in', 'one/inside', 'one/out']);
    });

    it('does not follow one that holds itself for ever', () => {
      const nodes = [
        subflow('s', ['inner'], [['inner']]),
        instance('inner', 's', [], 's'),
        node('source', ['instance']),
        instance('instance', 's', [['after']]),
        node('after'),
      ];
      assert.deepEqual(reached(nodes), ['after', 'instance', 'instance/inner']);
    });

    it('follows an error out of one to those who catch errors around it', () => {
      const nodes = [
        subflow('s', ['inside'], []),
        node('inside', [], { z: 's' }),
        instance('instance', 's', []),
        node('on tab', ['a'], { type: 'catch', scope: null }),
        node('of instance', ['b'], { type: 'catch', scope: ['instance'] }),
        node('of another', ['c'], { type: 'catch', scope: ['d'] }),
        node('a'),
        node('b'),
        node('c'),
        node('d'),
      ];
      const from = reached(nodes, 'instance/inside');
      assert.ok(['on tab', 'a', 'of instance', 'b'].every((id) => from.includes(id)));
      assert.ok(!from.includes('of another'));
    });

    it('goes through one whose input is wired straight to its output', () => {
      const nodes = [
        subflow('s', ['s'], [['s']]),
        node('source', ['instance']),
        instance('instance', 's', [['after']]),
        node('after'),
      ];
      assert.ok(reached(nodes).includes('after'));
    });

    it('does not mind an instance of one that is not there', () => {
      assert.deepEqual(reached([node('source', ['i']), instance('i', 'gone', [['a']]), node('a')]), [
        'a',
        'i',
      ]);
    });
  });

  for (const type of ['catch', 'complete']) {
    describe(`with ${type} nodes`, () => {
      const listener = (scope: FlowNode['scope']) => node('listener', ['after'], { type, scope });
      const nodes = (scope: FlowNode['scope']) => [
        node('source', ['a', 'elsewhere']),
        node('a'),
        node('b'),
        node('elsewhere', [], { z: 'other' }),
        listener(scope),
        node('after'),
      ];

      it('follows to one that listens to named nodes', () => {
        assert.deepEqual(reached(nodes(['a'])), ['a', 'after', 'elsewhere', 'listener']);
        assert.deepEqual(reached(nodes(['b'])), ['a', 'elsewhere']);
      });

      it('follows to one that listens to its whole tab, and to no other', () => {
        assert.deepEqual(reached(nodes(null), 'a'), ['after', 'listener']);
        assert.deepEqual(reached(nodes(null), 'elsewhere'), []);
        assert.deepEqual(reached(nodes('group'), 'a'), ['after', 'listener']);
      });
    });
  }

  it('knows the nodes that keep messages, and only among those asked about', () => {
    const types = ['delay', 'trigger', 'batch', 'join', 'sort', 'rbe'];
    const nodes = ['function', ...types].map((type) => node(`a ${type}`, [], { type }));
    const graph = new FlowGraph([...nodes, node('off', [], { type: 'delay', d: true })]);
    const all = [...nodes.map(({ id }) => id), 'off', 'nobody'];
    assert.deepEqual(
      graph.holders(all).map(({ type }) => type),
      types,
    );
    assert.deepEqual(graph.holders(['a function']), []);
  });

  it('knows the settings with which a switch or a split keeps messages', () => {
    const nodes = [
      node('switch', [], { type: 'switch', repair: false }),
      node('sequences', [], { type: 'switch', repair: true }),
      node('split', [], { type: 'split' }),
      node('stream', [], { type: 'split', stream: true }),
    ];
    const holders = new FlowGraph(nodes).holders(nodes.map(({ id }) => id));
    assert.deepEqual(
      holders.map(({ id }) => id),
      ['sequences', 'stream'],
    );
  });
});
