/** A walk over a parsed script; acorn's nodes are plain objects that hold nodes and arrays of nodes. */
import type { Node } from 'acorn';

export type AnyNode = Node & { readonly [property: string]: unknown };

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as AnyNode).type === 'string';
}

export function* walk(node: AnyNode): Generator<AnyNode> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of [value].flat()) if (isNode(child)) yield* walk(child);
  }
}

/** The calls of a method by its name, whatever object it is called on. */
export function* callsOf(method: string, script: AnyNode): Generator<AnyNode> {
  for (const node of walk(script)) {
    if (node.type !== 'CallExpression') continue;
    const callee = node.callee as AnyNode;
    if (callee.type === 'MemberExpression' && (callee.property as AnyNode).name === method) yield node;
  }
}
