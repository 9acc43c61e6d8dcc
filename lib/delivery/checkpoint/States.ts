import type { Keeping } from './Keeping';

/**
 * The states of one node: one for all records, and in a flow that several instances share one more for each partition that
 * this instance has, so that it can go to another instance with the partition.
 */
export class States<T extends Keeping> {
  /**
   * Resolves when the node has done what it is in the midst of, or given it up; undefined when it is in the midst of nothing.
   * What its states say meanwhile is half done.
   */
  underWay: Promise<void> | undefined;
  private readonly byScope = new Map<string, T>();

  /**
   * @param create makes the state of a scope: '' for all records that are in no other scope, or the name of a partition
   * @param dispose gives back what a state holds besides its memory
   */
  constructor(
    private readonly create: (scope: string) => T,
    private readonly dispose: (state: T) => void = () => undefined,
  ) {
    this.open('');
  }

  /** The state that the records of a partition belong to. */
  of(partition: string): T {
    return this.byScope.get(partition) ?? this.open('');
  }

  all(): T[] {
    return [...this.byScope.values()];
  }

  entries(): readonly (readonly [scope: string, state: T])[] {
    return [...this.byScope];
  }

  /** The state of a scope, from now on there. */
  open(scope: string): T {
    let state = this.byScope.get(scope);
    if (!state) {
      state = this.create(scope);
      this.byScope.set(scope, state);
    }
    return state;
  }

  /** Forgets a scope without a trace. */
  close(scope: string): void {
    const state = this.byScope.get(scope);
    if (!state) return;
    this.byScope.delete(scope);
    this.dispose(state);
  }

  closeAll(): void {
    for (const [scope] of this.entries()) this.close(scope);
  }
}
