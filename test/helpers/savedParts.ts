import type { Keeping, SavedPart, SavedParts } from '../../lib/delivery/checkpoint/Keeping';

/** Parts as a checkpoint keeps them: what was put last, and what was appended since. */
export class Checkpoint {
  private parts: ReadonlyMap<string, SavedPart> = new Map();

  get saved(): SavedParts {
    return this.parts;
  }

  /** Takes in the changes of a node, and gives the names of the parts that changed. */
  take(node: Keeping): string[] {
    const parts = new Map(this.parts);
    const changes = node.changes();
    for (const change of changes) {
      const before = parts.get(change.part);
      if ('put' in change) parts.set(change.part, { base: change.put, appended: [] });
      else if ('remove' in change) parts.delete(change.part);
      else {
        const appended = [...(before?.appended ?? []), change.append];
        parts.set(change.part, { base: before?.base, appended });
      }
    }
    this.parts = parts;
    return changes.map(({ part }) => part);
  }
}
