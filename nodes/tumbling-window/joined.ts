/** What a window holds that is made of windows of several partitions, which a merge has made one. */
import type { Aggregates } from '../../lib/windows/aggregates';
import type { WindowContent } from '../../lib/windows/WindowContent';

/** @returns what the two have together; the first one's aggregates take in those of the other */
export function joinContents(
  one: WindowContent,
  other: WindowContent,
  aggregates: Aggregates,
): WindowContent {
  aggregates.merge(one.gathered, other.gathered);
  const names = [one, other].flatMap(({ partition }) => partition ?? []).sort();
  const ids = [...(one.merged ?? []), ...(other.merged ?? [])];
  return {
    gathered: one.gathered,
    partition: names[0],
    merged: one.merged || other.merged ? new Set(ids) : undefined,
  };
}
