import path from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import { Checkpoints } from '../delivery/checkpoint/Checkpoints';
import type { Keeping } from '../delivery/checkpoint/Keeping';
import type { Source } from '../delivery/checkpoint/members';
import type { Membership, SourceMembership } from '../delivery/checkpoint/membership';
import { configIdOf } from '../delivery/identity';
import { States } from '../delivery/checkpoint/States';
import { shareFlowTracker } from '../delivery/shareFlowTracker';
import { named } from './NodeError';
import { StartError } from './StartError';
import { userFolder } from './userFolder';

interface Shared {
  readonly checkpoints: Checkpoints;
  readonly release: () => Promise<void>;
}

const shared = new WeakMap<object, { checkpoints: Checkpoints; users: number; end: () => Promise<void> }>();

/** A node's memory: its states, and what it needs to keep them in checkpoints. */
export interface Memory<T extends Keeping> extends Membership {
  readonly states: States<T>;
}

export interface MemoryOptions<T extends Keeping> {
  /** what the status says when the saved state cannot be used */
  readonly unreadable: string;
  /** makes the state of a scope, see States */
  create(scope: string): T;
  /** gives back what a state holds besides its memory */
  dispose?(state: T): void;
  /** The node is being stopped and its state is safe. @param gone it is not in the flows any more */
  left?(gone: boolean): void;
}

/**
 * Lets a node remember across redeploys, restarts and crashes.
 * @throws StartError when the saved state cannot be used
 */
export function remember<T extends Keeping>(RED: NodeAPI, node: Node, options: MemoryOptions<T>): Memory<T> {
  const { checkpoints, release } = share(RED, options.unreadable);
  const states = new States<T>(
    (scope) => options.create(scope),
    (state) => options.dispose?.(state),
  );
  try {
    const membership = checkpoints.join(node, states);
    leaveOnClose(RED, node, async (gone) => {
      await membership.leave(gone);
      states.closeAll();
      options.left?.(gone);
      await release();
    });
    return { ...membership, states };
  } catch (error) {
    void release();
    throw refusal(options.unreadable, error);
  }
}

/** Forgets what a node that is not to remember any more has saved. @param unreadable see MemoryOptions */
export function forgetSaved(RED: NodeAPI, node: Node, unreadable: string): Promise<void> {
  const { checkpoints, release } = share(RED, unreadable);
  return checkpoints.forgetNode(node).finally(release);
}

/**
 * Lets a node feed a flow from a source that can be read again: it begins when all flows have started, behind the last
 * checkpoint.
 * @param unreadable what the status says when the saved state cannot be used
 * @throws StartError when the saved state cannot be used
 */
export function feed(
  RED: NodeAPI,
  node: Node,
  unreadable: string,
  source: Omit<Source, 'identity' | 'type'>,
): SourceMembership {
  const { checkpoints, release } = share(RED, unreadable);
  const membership = checkpoints.joinSource(node, source);
  leaveOnClose(RED, node, async (gone) => {
    await membership.leave(gone);
    await release();
  });
  return membership;
}

function leaveOnClose(RED: NodeAPI, node: Node, leave: (gone: boolean) => Promise<void>): void {
  node.on('close', (removed: boolean, done: () => void) => {
    leave(isGone(RED, node, removed)).then(done, (error: unknown) => {
      node.error(named(node, error));
      done();
    });
  });
}

/** A disabled node is removed from the flow too, but may come back. */
function isGone(RED: NodeAPI, node: Node, removed: boolean): boolean {
  let known = false;
  if (removed) RED.nodes.eachNode(({ id }) => void (known ||= id === configIdOf(node)));
  return removed && !known;
}

/** The checkpoints of this runtime, which last as long as some node uses them. */
function share(RED: NodeAPI, unreadable: string): Shared {
  const key = RED.hooks;
  let entry = shared.get(key);
  if (!entry) {
    const { tracker, release } = shareFlowTracker(RED);
    try {
      const folder = path.join(userFolder(RED), 'streamcut', 'state');
      const checkpoints = new Checkpoints(RED, tracker, folder, (error) => RED.log.error(String(error)));
      entry = { checkpoints, users: 0, end: () => checkpoints.close().finally(release) };
    } catch (error) {
      release();
      throw refusal(unreadable, error);
    }
    shared.set(key, entry);
  }
  const ours = entry;
  ours.users++;
  return {
    checkpoints: ours.checkpoints,
    async release() {
      if (--ours.users > 0) return;
      if (shared.get(key) === ours) shared.delete(key);
      await ours.end();
    },
  };
}

function refusal(unreadable: string, error: unknown): StartError {
  const message = error instanceof Error ? error.message : String(error);
  return new StartError(unreadable, message, error);
}
