import assert from 'node:assert/strict';
import type { BlobFolder } from '../../lib/delivery/checkpoint/BlobFolder';
import type { Keeping, PartChange, SavedPart } from '../../lib/delivery/checkpoint/Keeping';

/** What one node has kept, as checkpoints would hold it; they commit at once and never fail. */
export class KeptParts {
  private readonly saved = new Map<string, SavedPart>();
  private readonly blobOf = new Map<string, string>();

  /** Takes a checkpoint. @returns what it was told */
  take(node: Keeping): PartChange[] {
    const changes = node.changes();
    const unused = new Set(this.blobOf.values());
    for (const change of changes) this.apply(change);
    for (const name of this.blobOf.values()) {
      assert.ok(node.blobs?.names().includes(name), `${name} is missing`);
      unused.delete(name);
    }
    for (const name of unused) node.blobs?.remove(name);
    return changes;
  }

  /** Copies, as if they had been read from a disk. */
  get parts(): Map<string, SavedPart> {
    return new Map(
      [...this.saved].map(([name, { base, appended }]) => [
        name,
        { base: base && Uint8Array.from(base), appended: appended.map((piece) => Uint8Array.from(piece)) },
      ]),
    );
  }

  /** The files that parts refer to. */
  get files(): string[] {
    return [...this.blobOf.values()];
  }

  /** Removes what a process has left behind that died. */
  collect(blobs: BlobFolder): void {
    for (const name of blobs.names()) if (!this.files.includes(name)) blobs.remove(name);
  }

  private apply(change: PartChange): void {
    const { part } = change;
    if ('append' in change) {
      const { base, appended } = this.saved.get(part) ?? { base: undefined, appended: [] };
      this.saved.set(part, { base, appended: [...appended, change.append] });
      return;
    }
    this.blobOf.delete(part);
    if ('remove' in change) this.saved.delete(part);
    else {
      this.saved.set(part, { base: change.put, appended: [] });
      if (change.blob !== undefined) this.blobOf.set(part, change.blob);
    }
  }
}
