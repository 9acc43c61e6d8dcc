/** What partitions have left that became one by a merge: of time, and of keys that had records in more than one of them. */
import type { Aggregates } from '../../lib/windows/aggregates';
import type { OpenWindow } from '../../lib/windows/WindowsOfKey';
import type { WindowContent } from '../../lib/windows/WindowContent';
import type { SavedKey, SavedTime } from './savedWindows';

/**
 * Time in the one partition has come as far as in any that it continues, so nothing that one of them has closed is opened
 * again. Windows that another still has open from before are closed with the next that close.
 */
export function joinTimes(times: readonly SavedTime[]): SavedTime {
  const partitions = new Map<string, number>();
  for (const [name, newest] of times.flatMap((time) => time.partitions)) {
    partitions.set(name, Math.max(newest, partitions.get(name) ?? -Infinity));
  }
  return {
    closedUntil: Math.max(...times.map(({ closedUntil }) => closedUntil)),
    followed: Math.max(...times.map(({ followed }) => followed)),
    partitions: [...partitions],
    late: times.reduce((sum, { late }) => sum + late, 0),
  };
}

/** Windows that are open in more than one of them become one. */
export function joinKeys(states: readonly SavedKey[], aggregates: Aggregates): SavedKey {
  const [first, ...others] = states as [SavedKey, ...SavedKey[]];
  if (others.length === 0) return first;
  const open = new Map(first.open);
  for (const [start, window] of others.flatMap((state) => [...state.open])) {
    const known = open.get(start);
    open.set(start, known ? joinWindows(known, window, aggregates) : window);
  }
  return {
    identity: first.identity,
    open,
    flushed: mostOf(states.flatMap((state) => [...state.flushed])),
    next: Math.max(...states.map(({ next }) => next)),
    silent: Math.min(...states.map(({ silent }) => silent)),
  };
}

function joinWindows(
  one: OpenWindow<WindowContent>,
  other: OpenWindow<WindowContent>,
  aggregates: Aggregates,
): OpenWindow<WindowContent> {
  aggregates.merge(one.state.gathered, other.state.gathered);
  const names = [one, other].flatMap(({ state }) => state.partition ?? []).sort();
  const ids = [...(one.state.merged ?? []), ...(other.state.merged ?? [])];
  return {
    count: one.count + other.count,
    state: {
      gathered: one.state.gathered,
      partition: names[0],
      merged: one.state.merged || other.state.merged ? new Set(ids) : undefined,
    },
  };
}

function mostOf(entries: readonly (readonly [number, number])[]): Map<number, number> {
  const most = new Map<number, number>();
  for (const [start, count] of entries) most.set(start, Math.max(count, most.get(start) ?? 0));
  return most;
}
