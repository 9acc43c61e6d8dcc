import assert from 'node:assert/strict';
import { arrangement } from '../../../../lib/delivery/checkpoint/arrangement';
import { FlowGraph, type FlowNode } from '../../../../lib/delivery/checkpoint/FlowGraph';
import type { Member } from '../../../../lib/delivery/checkpoint/members';
import { States } from '../../../../lib/delivery/checkpoint/States';
import { FakeSource, Notes } from '../../../helpers/pipelineParts';

describe('arrangement of a flow', () => {
  const member = (identity: string): Member => {
    return { id: identity, identity, type: 'notes', states: new States(() => new Notes()) };
  };
  const wired = (wires: Record<string, readonly string[]>): FlowNode[] =>
    Object.entries(wires).map(([id, to]) => ({ id, type: 'any', z: 'tab', wires: [to] }));
  /** Who feeds whom, by name, and the groups. */
  const arranged = (nodes: readonly FlowNode[], members: readonly string[], sources: readonly string[]) =>
    arrangement(new FlowGraph(nodes), {
      members: members.map(member),
      sources: sources.map((name) => new FakeSource(name)),
      outlets: [],
      refused: new Map(),
    }).map(({ feeding, ...group }) => ({
      members: group.members.map(({ identity }) => identity).sort(),
      feeding: Object.fromEntries(
        [...feeding].map(([one, by]) => [one.identity, by.map(({ identity }) => identity).sort()]),
      ),
    }));

  it('binds sources together that feed one node, and knows which feeds which of the others', () => {
    const nodes = wired({ s1: ['a'], a: ['both'], s2: ['b'], b: ['both'], both: [], s3: ['c'], c: [] });
    assert.deepEqual(arranged(nodes, ['a', 'b', 'both', 'c', 'alone'], ['s1', 's2', 's3']), [
      { members: ['a', 'b', 'both'], feeding: { a: ['s1'], b: ['s2'], both: ['s1', 's2'] } },
      { members: ['c'], feeding: { c: ['s3'] } },
      { members: ['alone'], feeding: {} },
    ]);
  });

  it('knows which source feeds which instance of a subflow', () => {
    const nodes: FlowNode[] = [
      {
        id: 'sub',
        type: 'subflow',
        in: [{ wires: [{ id: 'inside' }] }],
        out: [{ wires: [{ id: 'inside' }] }],
      },
      { id: 'inside', type: 'any', z: 'sub', wires: [[]] },
      { id: 'one', type: 'subflow:sub', z: 'tab', wires: [['end']] },
      { id: 'two', type: 'subflow:sub', z: 'tab', wires: [['end']] },
      ...wired({ s1: ['one'], s2: ['two'], end: [] }),
    ];
    assert.deepEqual(arranged(nodes, ['one/inside', 'two/inside', 'end'], ['s1', 's2']), [
      {
        members: ['end', 'one/inside', 'two/inside'],
        feeding: { 'one/inside': ['s1'], 'two/inside': ['s2'], end: ['s1', 's2'] },
      },
    ]);
  });
});
