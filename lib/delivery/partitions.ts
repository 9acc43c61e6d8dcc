/** What the source of records says of a partition that it reads, such as a shard. */
export interface PartitionStatus {
  /** nothing waits in it: whatever comes is new */
  readonly caughtUp: boolean;
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
