import type { Node } from 'node-red';

/** What the runtime gives a node inside of a subflow: the id that it has in the subflow, and the way there. */
type Placed = Pick<Node, 'id'> & { readonly _alias?: string; readonly _path?: string };

/** A node's id in the flows as they are stored. Instances of a subflow share it. */
export function configIdOf({ id, _alias }: Placed): string {
  return _alias ?? id;
}

/**
 * What tells a node from all others, in this run and the next: its id, and inside of a subflow, where ids are new at every
 * start, the path to it. The tab does not matter.
 */
export function identityOf({ id, _alias, _path }: Placed): string {
  return _alias === undefined ? id : (_path?.split('/').slice(1).join('/') ?? id);
}
