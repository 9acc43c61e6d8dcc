import type { BlobFolder } from './BlobFolder';
import type { Ledger, Member } from './members';
import { merge } from './merge';
import { StateJournal } from './StateJournal';
import type { NodeChanges, StateTable } from './StateTable';

/** The checkpoints of what belongs to this instance alone: its journal, and the files that the journal refers to. */
export class OwnLedger implements Ledger {
  private readonly journal: StateJournal;
  /** of pipelines that are no more, which the disk did not take */
  private leftOver: readonly NodeChanges[] = [];
  private writing: Promise<unknown> = Promise.resolve();

  /**
   * @param folder of the journal
   * @param blobsOf where the blobs of a node lie, by its identity
   * @throws StateError when there is saved state that cannot be used
   */
  constructor(
    folder: string,
    private readonly blobsOf: (node: string) => BlobFolder | undefined,
  ) {
    this.journal = StateJournal.open(folder);
  }

  get table(): StateTable {
    return this.journal.table;
  }

  async commit(changes: readonly NodeChanges[]): Promise<void> {
    const write = this.writing.then(async () => {
      const all = merge(this.leftOver, changes);
      for (const each of all) await this.syncBlobs(each);
      const dropped = await this.journal.append(all);
      this.leftOver = [];
      for (const { node, blob } of dropped) this.blobsOf(node)?.remove(blob);
    });
    // Whoever comes next does not care how this one went.
    this.writing = write.catch(() => undefined);
    await write;
  }

  /** Takes over what could not be committed, to be committed with what comes next. */
  take(changes: readonly NodeChanges[]): void {
    this.leftOver = merge(this.leftOver, changes);
  }

  /** Forgets what was saved of a node. */
  async forget({ identity, type }: Pick<Member, 'identity' | 'type'>): Promise<void> {
    const { parts, version } = this.table.partsOf(identity, type);
    if (version === undefined) return;
    const changes = [...parts.keys()].map((part) => ({ part, remove: true as const }));
    await this.commit([{ node: identity, type, version, changes }]);
  }

  /** Removes blobs that a crash has left behind, of changes that were never committed. */
  removeLeftBlobs(node: string, blobs: BlobFolder): void {
    const used = this.journal.blobsOf(node);
    blobs.clean();
    for (const name of blobs.names()) if (!used.has(name)) blobs.remove(name);
  }

  async close(): Promise<void> {
    await this.writing;
    await this.journal.close();
  }

  private async syncBlobs({ node, changes }: NodeChanges): Promise<void> {
    const blobs = changes.flatMap((change) =>
      'put' in change && change.blob !== undefined ? [change.blob] : [],
    );
    if (blobs.length > 0) await this.blobsOf(node)?.sync(blobs);
  }
}
