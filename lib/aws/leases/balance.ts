import type { Lease } from './Lease';

export interface Choice {
  /** leases that nobody has */
  readonly take: readonly Lease[];
  /** a lease to ask its owner for */
  readonly ask: Lease | undefined;
  /** workers that have leases, and this one */
  readonly workers: number;
}

/**
 * What a worker does for its fair share, as the Kinesis Client Library does: it takes what nobody has; only where nothing
 * is free it asks the worker that has most for one lease, and not before it got the last one that it asked for.
 * @param leases those that can be worked on
 * @param isFree nobody has it or its owner is gone, and this worker can take it
 * @param asking the worker waits for a lease already
 * @param random uniform in [0, 1), so that workers that look at the same time seldom choose the same leases
 */
export function choose(
  leases: readonly Lease[],
  worker: string,
  isFree: (lease: Lease) => boolean,
  asking: boolean,
  random: () => number,
): Choice {
  const free: Lease[] = [];
  const byOwner = new Map<string, Lease[]>([[worker, []]]);
  for (const lease of leases) {
    if (isFree(lease)) free.push(lease);
    else if (lease.owner !== undefined)
      byOwner.set(lease.owner, [...(byOwner.get(lease.owner) ?? []), lease]);
  }
  const workers = byOwner.size;
  const target = Math.ceil(leases.length / workers);
  const need = target - byOwner.get(worker)!.length;
  if (need <= 0) return { take: [], ask: undefined, workers };
  if (free.length > 0) return { take: shuffled(free, random).slice(0, need), ask: undefined, workers };
  return { take: [], ask: asking ? undefined : toAskFor(byOwner, worker, need, target, random), workers };
}

/** One lease of a worker that has more than its share, or of one that has its share when this one lacks two or more. */
function toAskFor(
  byOwner: ReadonlyMap<string, readonly Lease[]>,
  worker: string,
  need: number,
  target: number,
  random: () => number,
): Lease | undefined {
  const others = [...byOwner].filter(([owner]) => owner !== worker).map(([, leases]) => leases);
  const most = others.reduce((a, b) => (b.length > a.length ? b : a), []);
  if (most.length <= target - (need > 1 ? 1 : 0)) return undefined;
  const settled = most.filter(({ leaving }) => leaving === undefined);
  return settled[Math.floor(random() * settled.length)];
}

/** In an order of chance: Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
