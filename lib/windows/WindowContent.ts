import type { Accumulator } from './Accumulator';

/** What one window has gathered. */
export interface WindowContent {
  readonly gathered: readonly Accumulator[];
  /** the first by name of the partitions that its records came from; undefined before any record */
  partition: string | undefined;
  /** ids of the partial windows that are in it; undefined before any is */
  merged: Set<string> | undefined;
}
