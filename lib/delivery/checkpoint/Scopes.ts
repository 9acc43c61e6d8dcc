import type { BlobFolder } from './BlobFolder';
import { restoreMember, type Ledger, type Member } from './members';

/** The checkpoints of a scope that other instances may have before and after. */
export interface ScopeLedger extends Ledger {
  /** @param blobsOf where the blobs of a node lie, by its identity, to be called during `commit` */
  attach(blobsOf: (node: string) => BlobFolder | undefined): void;
}

/** The scopes that this instance has for now, beside its own: see States. */
export class Scopes {
  private readonly ledgers = new Map<string, ScopeLedger>();

  /** @param memberOf the member with an identity */
  constructor(private readonly memberOf: (identity: string) => Member | undefined) {}

  /** Where the checkpoints of a scope go; undefined for one that another instance has. */
  ledgerOf(scope: string): Ledger | undefined {
    return this.ledgers.get(scope);
  }

  /**
   * Restores the state that every member has in a scope.
   * @throws Error when it cannot be used; then nothing of it is left
   */
  open(scope: string, members: readonly Member[], ledger: ScopeLedger): void {
    // What an earlier time with the scope has left is old.
    for (const { states } of members) states.open(scope).blobs?.clear();
    ledger.attach((node) => this.memberOf(node)?.states.of(scope).blobs);
    try {
      for (const member of members) restoreMember(member, scope, ledger.table);
      this.ledgers.set(scope, ledger);
    } catch (error) {
      this.close(scope, members);
      throw error;
    }
  }

  /** Forgets a scope that another instance has from now on, with the files of its state. */
  close(scope: string, members: readonly Member[]): void {
    this.ledgers.delete(scope);
    for (const { states } of members) {
      const { blobs } = states.open(scope);
      states.close(scope);
      blobs?.clear();
    }
  }
}
