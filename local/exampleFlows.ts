import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly name?: string;
  readonly label?: string;
  readonly [setting: string]: unknown;
}

/** One of the example flows of the import menu, as it stands in `examples/`. */
export function exampleFlow(name: string): FlowNode[] {
  const file = path.join(path.dirname(__dirname), 'examples', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as FlowNode[];
}

export function nodeOfType(flow: readonly FlowNode[], type: string): FlowNode {
  const found = flow.find((node) => node.type === type);
  if (!found) throw new Error(`the flow has no ${type} node`);
  return found;
}
