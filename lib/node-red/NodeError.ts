import type { Node } from 'node-red';

/** An error that says which node it comes from, also in a log file, where the Catch node's `source` is missing. */
export class NodeError extends Error {
  constructor(nodeType: string, cause: unknown) {
    const text = cause instanceof Error ? cause.message : String(cause);
    super(`${nodeType}: ${text}`, { cause });
    this.name = 'NodeError';
  }

  /** Node-RED shows `toString()` to the Catch nodes: the text alone reads best there. */
  override toString(): string {
    return this.message;
  }
}

export function named(node: Pick<Node, 'type'>, error: unknown): NodeError {
  return error instanceof NodeError ? error : new NodeError(node.type, error);
}
