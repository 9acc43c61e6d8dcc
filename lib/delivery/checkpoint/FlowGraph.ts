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

/** A node where it runs: on a tab, or in one of the instances of a subflow. */
interface Place {
  readonly node: FlowNode;
  /** what its identity begins with: '' on a tab, or the way to the instance of the subflow, with a slash behind it */
  readonly path: string;
}

/**
 * Where messages can go, whatever carries them: wires, links, subflows, and the nodes that catch errors or completions.
 * Nodes are named by what `identityOf` says, so that the instances of a subflow are kept apart.
 */
export class FlowGraph {
  private readonly places = new Map<string, Place>();
  private readonly targets = new Map<string, Set<string>>();
  /** by the tab or subflow that they stand in */
  private readonly standingIn = new Map<string, FlowNode[]>();
  private readonly subflows = new Map<string, FlowNode>();

  constructor(nodes: Iterable<FlowNode>) {
    const all = [...nodes];
    const off = new Set(all.filter(({ disabled }) => disabled).map(({ id }) => id));
    const on = all.filter(({ d, z = '' }) => !d && !off.has(z));
    for (const node of on) {
      if (node.type === 'subflow') this.subflows.set(node.id, node);
      const { z = '' } = node;
      this.standingIn.set(z, [...(this.standingIn.get(z) ?? []), node]);
    }
    for (const [z, inside] of this.standingIn) if (!this.subflows.has(z)) this.place(inside, '');
    for (const [identity, place] of this.places) this.connect(identity, place);
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
      const node = this.places.get(id)?.node;
      if (node && keeps(node)) holders.push(node);
    }
    return holders;
  }

  /** @param within the subflows around them: a subflow cannot hold itself */
  private place(nodes: readonly FlowNode[], path: string, within: readonly FlowNode[] = []): void {
    for (const node of nodes) {
      const identity = path + node.id;
      this.places.set(identity, { node, path });
      const subflow = this.subflowOf(node);
      if (!subflow || within.includes(subflow)) continue;
      this.place(this.standingIn.get(subflow.id) ?? [], `${identity}/`, [...within, subflow]);
    }
  }

  private connect(identity: string, { node, path }: Place): void {
    for (const target of node.wires?.flat() ?? []) this.join(identity, path + target);
    switch (node.type) {
      case 'link out':
        if (node.mode === 'return') this.toAll(identity, 'link call');
        else for (const target of node.links ?? []) this.join(identity, path + target);
        break;
      case 'link call':
        if (node.linkType === 'dynamic') this.toAll(identity, 'link in');
        else for (const target of node.links ?? []) this.join(identity, path + target);
        break;
      case 'catch':
      case 'complete':
        this.listen(identity, { node, path });
        break;
      default:
        this.enter(identity, { node, path });
    }
  }

  private toAll(from: string, type: string): void {
    for (const [identity, { node }] of this.places) if (node.type === type) this.join(from, identity);
  }

  /** What a subflow does not catch itself is caught around it. */
  private listen(listener: string, { node: { z, scope }, path }: Place): void {
    for (const [identity, { node }] of this.places) {
      if (identity === listener || !node.wires || !identity.startsWith(path)) continue;
      const [heard = ''] = identity.slice(path.length).split('/');
      const isHeard = Array.isArray(scope)
        ? scope.includes(heard)
        : this.places.get(path + heard)?.node.z === z;
      if (isHeard) this.join(identity, listener);
    }
  }

  private enter(instance: string, { node, path }: Place): void {
    const subflow = this.subflowOf(node);
    for (const { wires } of subflow?.in ?? [])
      for (const { id } of wires ?? []) this.join(instance, `${instance}/${id}`);
    subflow?.out?.forEach(({ wires }, port) => {
      for (const { id } of wires ?? [])
        for (const to of node.wires?.[port] ?? []) this.join(`${instance}/${id}`, path + to);
    });
  }

  private subflowOf({ type }: FlowNode): FlowNode | undefined {
    return type.startsWith('subflow:') ? this.subflows.get(type.slice('subflow:'.length)) : undefined;
  }

  private join(from: string, to: string): void {
    if (!this.places.has(from) || !this.places.has(to)) return;
    const targets = this.targets.get(from) ?? new Set();
    this.targets.set(from, targets.add(to));
  }
}
