/** Which nodes and sources belong together, by what is connected with what: each such group gets a pipeline. */
import type { Outlet } from '../outlets';
import type { FlowGraph } from './FlowGraph';
import type { Member, Source } from './members';

/** What belongs together. */
export interface Arranged {
  readonly members: readonly Member[];
  readonly sources: readonly Source[];
  /** by member: those of the sources whose messages can come to it */
  readonly feeding: ReadonlyMap<Member, readonly Source[]>;
  /** the runtime's ids of outlets behind which nothing remembers */
  readonly outlets: ReadonlySet<string>;
  /** name of a node that keeps messages by design */
  readonly holder?: string;
  /** why a node that the sources reach cannot go on */
  readonly refusal: unknown;
}

/** What is in the flows. */
export interface Parts {
  readonly members: Iterable<Member>;
  readonly sources: Iterable<Source>;
  readonly outlets: Iterable<Outlet>;
  /** by the identities of nodes, why their saved state cannot be used */
  readonly refused: ReadonlyMap<string, unknown>;
}

interface Group {
  readonly sources: Source[];
  readonly members: Set<Member>;
  readonly feeding: Map<Member, readonly Source[]>;
  readonly reached: Set<string>;
}

/** A group for all sources that feed the same nodes, with these; and one for the members that no source reaches. */
export function arrangement(graph: FlowGraph, parts: Parts): Arranged[] {
  const remembering = new Set([...parts.members].map(({ identity }) => identity));
  return groupsIn(graph, parts).map(({ sources, members, feeding, reached }) => {
    const [holder] = graph.holders(reached);
    return {
      sources,
      members: [...members],
      feeding,
      outlets: outletsIn(graph, reached, remembering, parts.outlets),
      ...(holder ? { holder: holder.name || holder.type } : {}),
      refusal: [...parts.refused].find(([identity]) => reached.has(identity))?.[1],
    };
  });
}

export function isSame(
  a: Pick<Arranged, 'members' | 'sources'>,
  b: Pick<Arranged, 'members' | 'sources'>,
): boolean {
  return (
    a.members.length === b.members.length &&
    a.sources.length === b.sources.length &&
    b.members.every((member) => a.members.includes(member)) &&
    b.sources.every((source) => a.sources.includes(source))
  );
}

function groupsIn(graph: FlowGraph, { members: all, sources }: Parts): Group[] {
  const rest = new Set(all);
  const groups: Group[] = [];
  for (const source of sources) {
    const reached = graph.reachable(source.identity);
    const members = new Set([...all].filter(({ identity }) => reached.has(identity)));
    const feeding = new Map([...members].map((member): [Member, readonly Source[]] => [member, [source]]));
    const group = { sources: [source], members, feeding, reached };
    // Sources that feed the same node belong together, and so does everything else that they feed.
    for (const other of groups.filter((one) => [...one.members].some((member) => members.has(member)))) {
      groups.splice(groups.indexOf(other), 1);
      group.sources.push(...other.sources);
      for (const member of other.members) members.add(member);
      for (const [member, those] of other.feeding)
        feeding.set(member, [...(feeding.get(member) ?? []), ...those]);
      for (const id of other.reached) reached.add(id);
    }
    groups.push(group);
    for (const member of members) rest.delete(member);
  }
  if (rest.size > 0) groups.push({ sources: [], members: rest, feeding: new Map(), reached: new Set() });
  return groups;
}

function outletsIn(
  graph: FlowGraph,
  reached: ReadonlySet<string>,
  remembering: ReadonlySet<string>,
  outlets: Iterable<Outlet>,
): Set<string> {
  const found = new Set<string>();
  for (const { id, identity } of outlets) {
    if (!reached.has(identity)) continue;
    const behind = graph.reachable(identity);
    if (![...behind].some((target) => remembering.has(target))) found.add(id);
  }
  return found;
}
