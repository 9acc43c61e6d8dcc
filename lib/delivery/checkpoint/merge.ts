import type { PartChange } from './Keeping';
import type { NodeChanges } from './StateTable';

/** One list of changes for two that follow each other; what the later one replaces is left out. */
export function merge(earlier: readonly NodeChanges[], later: readonly NodeChanges[]): NodeChanges[] {
  const merged = new Map(earlier.map((each) => [each.node, each]));
  for (const next of later) {
    const before = merged.get(next.node);
    const changes = before?.type === next.type ? mergeParts(before.changes, next.changes) : next.changes;
    merged.set(next.node, { ...next, changes });
  }
  return [...merged.values()];
}

/** Parts stay in the order in which they were first seen: what is put anew takes the place of what was there. */
function mergeParts(earlier: readonly PartChange[], later: readonly PartChange[]): PartChange[] {
  const removed = new Map<string, PartChange>();
  const since = new Map<string, PartChange[]>();
  for (const change of [...earlier, ...later]) {
    const { part } = change;
    const known = since.get(part);
    if ('remove' in change) {
      since.delete(part);
      removed.set(part, change);
    } else if ('append' in change && known) known.push(change);
    else since.set(part, [change]);
  }
  return [...removed.values(), ...[...since.values()].flat()];
}

/** Bytes of the values. */
export function sizeOf(changes: readonly NodeChanges[]): number {
  let sum = 0;
  for (const each of changes) {
    for (const change of each.changes) {
      if ('put' in change) sum += change.put.length;
      else if ('append' in change) sum += change.append.length;
    }
  }
  return sum;
}
