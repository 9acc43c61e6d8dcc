/** Random changes of random nodes, as checkpoints are made of, for property tests. */
import fc from 'fast-check';
import type { PartChange } from '../../../../lib/delivery/checkpoint/Keeping';
import { StateTable, type NodeChanges } from '../../../../lib/delivery/checkpoint/StateTable';

const part = fc.constantFrom('', 'a', 'b', 'ä\n"', 'a/../b');
const value = fc.uint8Array({ maxLength: 20 });
const route = fc.constantFrom('a', 'z', '');

const change: fc.Arbitrary<PartChange> = fc.oneof(
  fc.record({ part, put: value }),
  fc.record({ part, put: value, route }),
  fc.record({ part, append: value, route }),
  fc.record({ part, put: value, blob: fc.constantFrom('x', 'y', 'z') }),
  fc.record({ part, append: value }),
  fc.record({ part, remove: fc.constant(true as const) }),
);

/** One checkpoint; no node twice. */
export const checkpoint: fc.Arbitrary<NodeChanges[]> = fc.uniqueArray(
  fc.record({
    node: fc.constantFrom('n1', 'n2', 'way/to/n3'),
    type: fc.constantFrom('window', 'window', 'window', 'forest'),
    version: fc.integer({ min: 1, max: 3 }),
    changes: fc.array(change, { minLength: 1, maxLength: 6 }),
  }),
  { selector: ({ node }) => node, maxLength: 3 },
);

/** Changes with their values as text, to be compared. */
export function plain(nodes: readonly NodeChanges[]): unknown {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  return nodes.map(({ changes, ...node }) => ({
    ...node,
    changes: changes.map((change) => {
      if ('put' in change) return { ...change, put: hex(change.put) };
      return 'append' in change ? { ...change, append: hex(change.append) } : { ...change };
    }),
  }));
}

/** Everything that a table says, its parts in their order, to be compared. */
export function contentOf(table: StateTable): unknown {
  const entries = [...table.entries()].sort((a, b) => (a.node < b.node ? -1 : 1));
  return entries.map(({ node, type, version }) => ({
    node,
    type,
    version,
    parts: [...table.partsOf(node, type).parts].map(([name, { base, appended, route }]) => [
      name,
      route,
      base && Buffer.from(base).toString('hex'),
      appended.map((each) => Buffer.from(each).toString('hex')),
    ]),
    blobs: [...table.blobsOf(node)].sort(),
  }));
}

export function tableOf(checkpoints: readonly (readonly NodeChanges[])[]): StateTable {
  const table = new StateTable();
  for (const each of checkpoints.flat()) table.apply(each);
  return table;
}

export function put(text: string, name = 'a'): NodeChanges[] {
  return [{ node: 'n', type: 'window', version: 1, changes: [{ part: name, put: Buffer.from(text) }] }];
}

export function append(text: string, name = 'a'): NodeChanges[] {
  return [{ node: 'n', type: 'window', version: 1, changes: [{ part: name, append: Buffer.from(text) }] }];
}

/** What `put` and `append` have left of a part. */
export function textOf(table: StateTable, name = 'a'): string | undefined {
  const part = table.partsOf('n', 'window').parts.get(name);
  return part && Buffer.concat([part.base ?? Buffer.alloc(0), ...part.appended]).toString();
}
