/** Which leases there should be, told by the shards of the stream: pure, so that every worker comes to the same end. */
import type { StartAt } from '../kinesis/lineage';
import type { Shard } from '../kinesis/records';
import { isStart, type LeasePosition } from './checkpoint';
import type { Lease } from './Lease';

export interface MissingLease {
  readonly shard: Shard;
  readonly position: LeasePosition;
}

/**
 * The leases to create, parents before their children. A shard whose descendants have been read is finished, and its lease
 * was removed; one whose ancestors have leases is read from its first record on; any other starts as `startAt` says, and
 * `latest` passes over closed shards.
 * @param now milliseconds since the epoch, where `latest` begins
 */
export function missingLeases(
  shards: readonly Shard[],
  leases: readonly Lease[],
  startAt: StartAt,
  now: number,
): MissingLease[] {
  const lineage = new Lineage(shards, leases);
  const missing: MissingLease[] = [];
  for (const shard of lineage.parentsFirst()) {
    if (lineage.leaseOf(shard.id) || lineage.hasReadDescendant(shard.id)) continue;
    const position = firstPosition(shard, lineage.hasLeasedAncestor(shard), startAt, now);
    if (position) missing.push({ shard, position });
  }
  return missing;
}

function firstPosition(
  { open }: Shard,
  descends: boolean,
  startAt: StartAt,
  now: number,
): LeasePosition | undefined {
  // What came of shards that are read is read whole; a time also holds for descendants, whose records are younger.
  if (startAt.at !== 'latest') return startAt;
  if (descends) return { at: 'trim-horizon' };
  return open ? { at: 'timestamp', time: now } : undefined;
}

/**
 * The leases that nobody needs any more, grandparents before parents: those of finished shards whose children have all
 * been read beyond their start, so that neither lineage nor state is looked for here again, or that the service has
 * forgotten.
 */
export function finishedLeases(shards: readonly Shard[], leases: readonly Lease[]): Lease[] {
  const lineage = new Lineage(shards, leases);
  const listed = new Set(shards.map(({ id }) => id));
  return leases.filter(({ shardId, position, parents }) => {
    if (position.at !== 'end' || parents.some((parent) => lineage.leaseOf(parent))) return false;
    const children = lineage.childrenOf(shardId);
    return (
      (children.length > 0 || !listed.has(shardId)) &&
      children.every((child) => {
        const lease = lineage.leaseOf(child);
        return lease !== undefined && !isStart(lease.position);
      })
    );
  });
}

/** The leases that can be worked on: not finished, and every parent finished, so that a key's records stay in order. */
export function readyLeases(leases: readonly Lease[]): Lease[] {
  const unfinished = new Set(
    leases.filter(({ position }) => position.at !== 'end').map(({ shardId }) => shardId),
  );
  return leases.filter(
    ({ shardId, parents }) => unfinished.has(shardId) && !parents.some((parent) => unfinished.has(parent)),
  );
}

/** Who came from whom, by what the service lists and what the leases remember of shards that it lists no more. */
class Lineage {
  private readonly shards: ReadonlyMap<string, Shard>;
  private readonly leases: ReadonlyMap<string, Lease>;
  private readonly children = new Map<string, Set<string>>();

  constructor(shards: readonly Shard[], leases: readonly Lease[]) {
    this.shards = new Map(shards.map((shard) => [shard.id, shard]));
    this.leases = new Map(leases.map((lease) => [lease.shardId, lease]));
    for (const { id, parents } of shards) this.noteParents(id, parents);
    for (const { shardId, parents } of leases) this.noteParents(shardId, parents);
  }

  leaseOf(id: string): Lease | undefined {
    return this.leases.get(id);
  }

  childrenOf(id: string): string[] {
    return [...(this.children.get(id) ?? [])];
  }

  hasReadDescendant(id: string): boolean {
    return this.childrenOf(id).some((child) => {
      const lease = this.leases.get(child);
      return (lease && !isStart(lease.position)) || this.hasReadDescendant(child);
    });
  }

  hasLeasedAncestor({ parents }: Shard): boolean {
    return parents.some((id) => {
      const parent = this.shards.get(id);
      return this.leases.has(id) || (parent !== undefined && this.hasLeasedAncestor(parent));
    });
  }

  parentsFirst(): Shard[] {
    const sorted = new Set<Shard>();
    const add = (shard: Shard): void => {
      for (const id of shard.parents) {
        const parent = this.shards.get(id);
        if (parent && !sorted.has(parent)) add(parent);
      }
      sorted.add(shard);
    };
    for (const shard of this.shards.values()) add(shard);
    return [...sorted];
  }

  private noteParents(id: string, parents: readonly string[]): void {
    for (const parent of parents) {
      this.children.set(parent, (this.children.get(parent) ?? new Set()).add(id));
    }
  }
}
