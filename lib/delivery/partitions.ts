/**
 * A time in which a source has followed a partition without a break: who has got nothing of it meanwhile knows that there
 * was nothing for him. Times are on the clock that nobody can set, `performance.now()`, in milliseconds.
 */
export interface Silence {
  readonly since: number;
  /** what was written before is worked off; what has come after it nobody has seen */
  readonly asOf: number;
}

/** What the source of records says of a partition that it reads, such as a shard. */
export interface PartitionStatus {
  /** undefined while something in it is known to wait, or has just come after a break, or cannot be known */
  readonly silence: Silence | undefined;
  /**
   * The partitions that it continues after a split or a merge, as far as they are known. Time in it has come at least as
   * far as in any of them: everything in it was written after everything in them.
   */
  readonly parents?: readonly string[];
}

/**
 * The partitions that are being read now: those that have ended and been worked off are no longer among them. Undefined
 * when no source tells; then those count that records came from.
 */
export type ActivePartitions = () => ReadonlyMap<string, PartitionStatus> | undefined;

/** Of the partitions that are read now, those that a state is about. @param scope see States */
export function within(
  scope: string,
  partitions: ReturnType<ActivePartitions>,
): ReturnType<ActivePartitions> {
  if (scope === '' || !partitions) return partitions;
  const status = partitions.get(scope);
  return new Map(status ? [[scope, status]] : []);
}

/** What several sources read; undefined when one of them does not tell, or there are none. */
export function together(each: readonly ReturnType<ActivePartitions>[]): ReturnType<ActivePartitions> {
  if (each.length === 0 || each.includes(undefined)) return undefined;
  return new Map(each.flatMap((partitions) => [...partitions!]));
}
