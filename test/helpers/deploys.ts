/** Flows as the editor makes and deploys them. */
import { once, type EventEmitter } from 'node:events';
import type { NodeInitializer } from 'node-red';
import helper from 'node-red-node-test-helper';

export type FlowJson = Record<string, unknown> & { id: string; type: string };

/** A node of Node-RED itself, by its file, such as `function/89-delay`. */
export function coreNode(file: string): NodeInitializer {
  return require(`@node-red/nodes/core/${file}`) as NodeInitializer;
}

interface Runtime {
  readonly _redNodes: {
    getFlows(): { flows: FlowJson[] };
    setFlows(flows: FlowJson[], credentials: object, type: string): Promise<unknown>;
  };
  readonly _events: EventEmitter;
}

/** Deploys a changed flow while it runs, as the editor does. */
export async function redeploy(
  change: (node: FlowJson) => FlowJson | undefined,
  type: 'full' | 'flows' | 'nodes' = 'nodes',
): Promise<void> {
  const { _redNodes, _events } = helper as unknown as Runtime;
  const flows = structuredClone(_redNodes.getFlows().flows).flatMap((node) => change(node) ?? []);
  const started = once(_events, 'flows:started');
  await _redNodes.setFlows(flows, {}, type);
  await started;
}

/** Changes a setting that nobody reads of one node, so that a deploy starts it anew. */
export function touch(id: string): (node: FlowJson) => FlowJson {
  return (node) => (node.id === id ? { ...node, touched: Number(node.touched ?? 0) + 1 } : node);
}

/** Wires the one output of a node anew. */
export function rewire(id: string, to: string[]): (each: FlowJson) => FlowJson {
  return (each) => (each.id === id ? { ...each, wires: [to] } : each);
}

/** A node as the editor draws it: those without a place count as configuration. */
export function drawn(id: string, type: string, to: string[] = [], more: object = {}): FlowJson {
  return { id, type, z: 'flow', x: 100, y: 100, wires: [to], ...more };
}
