import type { Journey } from '../Traffic';
import { joined, type ByScope } from './collect';
import type { Ledger } from './members';
import { sizeOf } from './merge';
import type { NodeChanges } from './StateTable';

/** What was collected at one moment, and what must be done before it may be committed. */
interface Cut {
  readonly changes: ByScope;
  /** messages that wait for the outside world */
  readonly underWay: readonly Journey[];
}

/** What a pipeline has collected and not committed yet: one commit after the other, in the order of the cuts. */
export class Commits {
  private cuts: Cut[] = [];
  /** of cuts that may be committed: what the ledgers have not taken so far */
  private uncommitted: ByScope = new Map();
  private committing: Promise<void> | undefined;
  private abandoned!: Promise<void>;
  private tellAbandoned!: () => void;

  /**
   * @param ledgerOf where the checkpoints of a scope go, undefined for one that another instance has
   * @param onCommitted told after each commit, with the reason when it could not be done
   */
  constructor(
    private readonly ledgerOf: (scope: string) => Ledger | undefined,
    private readonly onCommitted: (error: unknown) => void,
  ) {
    this.expectNothing();
  }

  /** Bytes that wait for their ledgers. */
  get backlog(): number {
    let bytes = 0;
    for (const changes of this.uncommitted.values()) bytes += sizeOf(changes);
    return bytes;
  }

  /** @param underWay to be waited for before it is committed */
  add(changes: ByScope, underWay: readonly Journey[]): void {
    if (changes.size === 0 && this.uncommitted.size === 0) return;
    this.cuts.push({ changes, underWay });
    this.committing ??= this.commitAll().finally(() => (this.committing = undefined));
  }

  /** Resolves when everything is committed that can be, or nothing will be any more. */
  async settled(): Promise<void> {
    await Promise.race([this.committing ?? Promise.resolve(), this.abandoned]);
  }

  /** Commits nothing more than what a ledger is taking just now, until `clear`. */
  abandon(): void {
    this.tellAbandoned();
  }

  /** Forgets everything, once no ledger is at it any more. @returns what was not committed, by scope */
  async clear(): Promise<ByScope> {
    await this.committing;
    const left = this.uncommitted;
    this.cuts = [];
    this.uncommitted = new Map();
    this.expectNothing();
    return left;
  }

  /** Forgets what was to be committed for a scope that another instance has. */
  forget(scope: string): void {
    this.uncommitted.delete(scope);
    for (const { changes } of this.cuts) changes.delete(scope);
  }

  private async commitAll(): Promise<void> {
    for (let cut = this.cuts[0]; cut; cut = this.cuts[0]) {
      const done = Promise.all(cut.underWay.map((journey) => journey.done)).then(() => true);
      const mayCommit = await Promise.race([done, this.abandoned.then(() => false)]);
      if (!mayCommit) return;
      this.cuts.shift();
      this.uncommitted = joined(this.uncommitted, cut.changes);
      const errors = await Promise.all([...this.uncommitted].map((each) => this.commit(...each)));
      this.onCommitted(errors.find((error) => error !== undefined));
    }
  }

  /** @returns why it could not be done; it is tried again with what the next checkpoint brings */
  private async commit(scope: string, changes: readonly NodeChanges[]): Promise<unknown> {
    try {
      // A scope that has gone to another instance goes on there.
      await this.ledgerOf(scope)?.commit(changes);
      this.uncommitted.delete(scope);
      return undefined;
    } catch (error) {
      return error ?? new Error('unknown');
    }
  }

  private expectNothing(): void {
    this.abandoned = new Promise((resolve) => (this.tellAbandoned = resolve));
  }
}
