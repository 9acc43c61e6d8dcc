import type { NodeAPI } from 'node-red';
import { FlowTracker } from './FlowTracker';

type Hooks = NodeAPI['hooks'];

const shared = new WeakMap<Hooks, { tracker: FlowTracker; users: number }>();

/**
 * The one tracker of this runtime. Its hooks stand as long as someone uses it: call `release` when done. The tracker itself
 * lasts: a full deploy stops all who use it, and what was called back then must not arrive at those who come next.
 */
export function shareFlowTracker(RED: Pick<NodeAPI, 'hooks' | 'events' | 'nodes'>): {
  tracker: FlowTracker;
  release(): void;
} {
  const { hooks } = RED;
  let entry = shared.get(hooks);
  if (!entry) {
    entry = { tracker: new FlowTracker(hooks, RED.events, (id) => RED.nodes.getNode(id)), users: 0 };
    shared.set(hooks, entry);
  }
  const ours = entry;
  if (ours.users++ === 0) ours.tracker.install();
  let released = false;
  return {
    tracker: ours.tracker,
    release() {
      if (released) return;
      released = true;
      if (--ours.users === 0) ours.tracker.uninstall();
    },
  };
}
