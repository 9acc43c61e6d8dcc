/**
 * How long nothing was to be found in a partition, as far as its source has looked. Times are on the clock that nobody can
 * set, `performance.now()`, in milliseconds. Between the looks nothing came either: a look finds whatever came before it.
 */
export interface Silence {
  /** the first look that found nothing */
  readonly since: number;
  /** the last one; whatever has come after it nobody has seen */
  readonly asOf: number;
}

/** What the source of records says of a partition that it reads, such as a shard. */
export interface PartitionStatus {
  /** undefined while something in it is known to wait or to be in work, or cannot be known */
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
