/** What has changed since it was collected last, by scope: see States. */
import type { Member, Source } from './members';
import { merge } from './merge';
import type { NodeChanges } from './StateTable';

export type ByScope = Map<string, readonly NodeChanges[]>;

export function changesOf(members: readonly Member[]): ByScope {
  const collected: ByScope = new Map();
  for (const { identity, type, states } of members) {
    for (const [scope, state] of states.entries()) {
      add(collected, scope, { node: identity, type, version: state.version, changes: state.changes() });
    }
  }
  return collected;
}

/** @param of see Source */
export function positionsOf(sources: readonly Source[], of: 'sent' | 'done'): ByScope {
  const collected: ByScope = new Map();
  for (const source of sources) {
    const { identity, type, version } = source;
    for (const [scope, changes] of source.positions(of)) {
      add(collected, scope, { node: identity, type, version, changes });
    }
  }
  return collected;
}

/** One for two that follow each other; what the later one replaces is left out. */
export function joined(earlier: ByScope, later: ByScope): ByScope {
  const all = new Map(earlier);
  for (const [scope, changes] of later) all.set(scope, merge(all.get(scope) ?? [], changes));
  return all;
}

function add(collected: ByScope, scope: string, changes: NodeChanges): void {
  if (changes.changes.length > 0) collected.set(scope, [...(collected.get(scope) ?? []), changes]);
}
