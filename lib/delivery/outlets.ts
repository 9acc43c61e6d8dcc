import type { Node } from 'node-red';
import { identityOf } from './identity';

/** A node that hands messages to the outside world, such as one that publishes notifications. */
export interface Outlet {
  /** the runtime's */
  readonly id: string;
  /** stable over restarts: see identityOf */
  readonly identity: string;
}

const alive = new Set<Outlet>();

/** The outlets of all flows that are running. */
export const outlets: ReadonlySet<Outlet> = alive;

/**
 * Says that a node is an outlet: a message that waits in it for a service, which may take long, keeps no checkpoint from
 * being collected, only from being committed.
 */
export function declareOutlet(node: Node): void {
  const outlet = { id: node.id, identity: identityOf(node) };
  alive.add(outlet);
  node.on('close', () => void alive.delete(outlet));
}
