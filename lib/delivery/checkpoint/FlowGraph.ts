/** What a flow's configuration says of a node that matters for where messages go. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  /** the tab or subflow that it stands in */
  readonly z?: string;
  readonly name?: string;
  /** a disabled node */
  readonly d?: boolean;
  /** a disabled tab */
  readonly disabled?: boolean;
  readonly wires?: readonly (readonly string[])[];
  /** of link nodes: those that they are linked with */
  readonly links?: readonly string[];
  readonly linkType?: string;
  readonly mode?: string;
  /** of switch nodes: whether they keep the parts of a sequence until all are there */
  readonly repair?: boolean;
  /** of split nodes: whether they keep what may go on in the next message */
  readonly stream?: boolean;
  /** of catch and complete nodes: those that they listen to; null for all of their tab */
  readonly scope?: readonly string[] | string | null;
  /** of subflows: what their inputs and outputs are wired to inside */
  readonly in?: readonly { readonly wires?: readonly { readonly id: string }[] }[];
  readonly out?: readonly { readonly wires?: readonly { readonly id: string }[] }[];
}

/**
 * Nodes of Node-RED that keep, reorder or drop messages by design, so that what comes out of them depends on more than
 * what went in since the last checkpoint.
 */
const holding = new Set(['delay', 'trigger', 'batch', 'join', 'sort', 'rbe']);

function keeps({ type, repair, stream }: FlowNode): boolean {
  return holding.has(type) || (type === 'switch' && repair === true) || (type === 'split' && stream === true);
}

/** Where messages can go, whatever carries them: wires, links, subflows, and the nodes that catch errors or completions. */
export class FlowGraph {
  private readonly nodes = new Map<string, FlowNode>();
  private readonly targets = new Map<string, Set<string>>();

  constructor(nodes: Iterable<FlowNode>) {
    const all = [...nodes];
    const off = new Set(all.filter(({ disabled }) => disabled).map(({ id }) => id));
    for (const node of all) if (!node.d && !off.has(node.z ?? '')) this.nodes.set(node.id, node);
    for (const node of this.nodes.values()) this.connect(node);
  }

  /** Everything that messages from a node can reach, itself left out unless there is a loop. */
  reachable(from: string): Set<string> {
    const reached = new Set<string>();
    const open = [from];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const target of this.targets.get(id) ?? []) {
        if (reached.has(target)) continue;
        reached.add(target);
        open.push(target);
      }
    }
    return reached;
  }

  /** The nodes among those that a message may wait in, or get lost in, by design. */
  holders(among: Iterable<string>): FlowNode[] {
    const holders: FlowNode[] = [];
    for (const id of among) {
      const node = this.nodes.get(id);
      if (node && keeps(node)) holders.push(node);
    }
    return holders;
  }

  private connect(node: FlowNode): void {
    for (const target of node.wires?.flat() ?? []) this.join(node.id, target);
    switch (node.type) {
      case 'link out':
        if (node.mode === 'return') this.toAll(node.id, 'link call');
        else for (const target of node.links ?? []) this.join(node.id, target);
        break;
      case 'link call':
        if (node.linkType === 'dynamic') this.toAll(node.id, 'link in');
        else for (const target of node.links ?? []) this.join(node.id, target);
        break;
      case 'catch':
      case 'complete':
        this.listen(node);
        break;
      default:
        if (node.type.startsWith('subflow:')) this.enter(node, node.type.slice('subflow:'.length));
    }
  }

  private toAll(from: string, type: string): void {
    for (const { id, type: its } of this.nodes.values()) if (its === type) this.join(from, id);
  }

  private listen({ id, z, scope }: FlowNode): void {
    for (const other of this.nodes.values()) {
      const heard = Array.isArray(scope) ? scope.includes(other.id) : other.z === z;
      if (heard && other.id !== id && other.wires) this.join(other.id, id);
    }
  }

  private enter(instance: FlowNode, subflow: string): void {
    const definition = this.nodes.get(subflow);
    for (const { wires } of definition?.in ?? [])
      for (const { id } of wires ?? []) this.join(instance.id, id);
    definition?.out?.forEach(({ wires }, port) => {
      for (const { id } of wires ?? []) for (const to of instance.wires?.[port] ?? []) this.join(id, to);
    });
  }

  private join(from: string, to: string): void {
    if (!this.nodes.has(from) || !this.nodes.has(to)) return;
    const targets = this.targets.get(from) ?? new Set();
    this.targets.set(from, targets.add(to));
  }
}
