import type { PartChange } from './Keeping';
import type { NodeChanges } from './StateTable';

/** One list of changes for two that follow each other; what the later one replaces is left out. */
export function merge(earlier: readonly NodeChanges[], later: readonly NodeChanges[]): NodeChanges[] {
  const merged = new Map(earlier.map((each) => [each.node, each]));
  for (const next of later) {
    const before = merged.get(next.node);
    const changes = before ? mergeParts(before.changes, next.changes) : next.changes;
    merged.set(next.node, { ...next, changes });
  }
  return [...merged.values()];
}

function mergeParts(earlier: readonly PartChange[], later: readonly PartChange[]): PartChange[] {
  const replaced = new Set(later.filter((change) => !('append' in change)).map(({ part }) => part));
  return [...earlier.filter(({ part }) => !replaced.has(part)), ...later];
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
