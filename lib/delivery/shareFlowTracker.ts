import type { NodeAPI } from 'node-red';
import { FlowTracker } from './FlowTracker';

type Hooks = NodeAPI['hooks'];

const shared = new WeakMap<Hooks, { tracker: FlowTracker; users: number }>();

/** The one tracker of this runtime. Its hooks stand as long as someone uses it: call `release` when done. */
export function shareFlowTracker(RED: Pick<NodeAPI, 'hooks' | 'events' | 'nodes'>): {
  tracker: FlowTracker;
  release(): void;
} {
  const { hooks } = RED;
  let entry = shared.get(hooks);
  if (!entry) {
    entry = { tracker: new FlowTracker(hooks, RED.events, (id) => RED.nodes.getNode(id)), users: 0 };
    entry.tracker.install();
    shared.set(hooks, entry);
  }
  const ours = entry;
  ours.users++;
  let released = false;
  return {
    tracker: ours.tracker,
    release() {
      if (released) return;
      released = true;
      if (--ours.users > 0) return;
      ours.tracker.remove();
      shared.delete(hooks);
    },
  };
}
