/** What partitions have left that became one by a merge: of time, and of keys that had records in more than one of them. */
import type { SavedPartition } from './Watermark';
import type { KeyState } from './WindowsOfKey';

/** How far time had come in some partitions, ms; -Infinity before anything was there. */
export interface JoinableTime {
  readonly closedUntil: number;
  readonly followed: number;
  readonly partitions: readonly SavedPartition[];
}

/**
 * Time in the one partition has come as far as in any that it continues, so nothing that one of them has closed is opened
 * again. Windows that another still has open from before are closed with the next that close.
 */
export function joinTimes(times: readonly JoinableTime[]): JoinableTime {
  return {
    closedUntil: Math.max(...times.map(({ closedUntil }) => closedUntil)),
    followed: Math.max(...times.map(({ followed }) => followed)),
    partitions: [...mostOf(times.flatMap(({ partitions }) => partitions))],
  };
}

/**
 * Windows that are open in more than one of them become one.
 * @param merge takes what one window holds into the first, which may change for it
 */
export function joinKeys<S, I>(
  states: readonly KeyState<S, I>[],
  merge: (one: S, other: S) => S,
): KeyState<S, I> {
  const [first, ...others] = states as [KeyState<S, I>, ...KeyState<S, I>[]];
  if (others.length === 0) return first;
  const open = new Map(first.open);
  for (const [start, window] of others.flatMap((state) => [...state.open])) {
    const known = open.get(start);
    const { count, state } = window;
    open.set(start, known ? { count: known.count + count, state: merge(known.state, state) } : window);
  }
  return {
    identity: first.identity,
    open,
    flushed: mostOf(states.flatMap((state) => [...state.flushed])),
    next: Math.max(...states.map(({ next }) => next)),
    silent: Math.min(...states.map(({ silent }) => silent)),
  };
}

function mostOf<K>(entries: readonly (readonly [K, number])[]): Map<K, number> {
  const most = new Map<K, number>();
  for (const [name, number] of entries) most.set(name, Math.max(number, most.get(name) ?? -Infinity));
  return most;
}
