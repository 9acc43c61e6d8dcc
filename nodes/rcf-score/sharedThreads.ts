import { Threads } from '../../lib/random-cut-forest';

const shared = new Map<number, { readonly threads: Threads; users: number }>();

/** Threads on loan. */
export interface Loan {
  readonly threads: Threads;
  /** Ends the threads unless somebody else has them. To be called once. */
  giveBack(): Promise<void>;
}

/** Nodes with the same setting share their threads: only one of them calculates at a time. */
export function borrowThreads(count: number): Loan {
  const entry = shared.get(count) ?? { threads: new Threads(count), users: 0 };
  shared.set(count, entry);
  entry.users++;
  return {
    threads: entry.threads,
    giveBack: async () => {
      if (--entry.users > 0) return;
      shared.delete(count);
      await entry.threads.close();
    },
  };
}
