import type { PartChange, SavedPart, SavedParts } from './Keeping';

/** What one node has changed: one entry of a checkpoint. */
export interface NodeChanges {
  /** stable over restarts, see `identityOf` */
  readonly node: string;
  readonly type: string;
  /** of the format of the node's parts */
  readonly version: number;
  readonly changes: readonly PartChange[];
}

/** A file that no part refers to any more. */
export interface DroppedBlob {
  readonly node: string;
  readonly blob: string;
}

interface Part {
  base: Uint8Array | undefined;
  blob: string | undefined;
  appended: Uint8Array[];
  route: string | undefined;
  joined?: SavedPart[];
}

interface NodeState {
  readonly type: string;
  readonly version: number;
  readonly parts: Map<string, Part>;
}

const nothing: SavedParts = new Map();

/** The state of all nodes as the checkpoints so far have left it. */
export class StateTable {
  private readonly nodes = new Map<string, NodeState>();

  /** The parts of a node; none for a node of another type, which a flow may have put in its place. */
  partsOf(node: string, type: string): { readonly parts: SavedParts; readonly version: number | undefined } {
    const state = this.nodes.get(node);
    return state?.type === type
      ? { parts: state.parts, version: state.version }
      : { parts: nothing, version: undefined };
  }

  /** The blobs that parts of a node refer to. */
  blobsOf(node: string): Set<string> {
    const blobs = new Set<string>();
    for (const { blob } of this.nodes.get(node)?.parts.values() ?? [])
      if (blob !== undefined) blobs.add(blob);
    return blobs;
  }

  /** @returns the blobs that were referred to before and are not any more */
  apply({ node, type, version, changes }: NodeChanges): DroppedBlob[] {
    const dropped: DroppedBlob[] = [];
    const parts = this.partsFor(node, type, version);
    for (const change of changes) {
      const known = parts.get(change.part);
      if ('append' in change) {
        const part = known ?? { base: undefined, blob: undefined, appended: [], route: undefined };
        part.appended.push(change.append);
        part.route = change.route ?? part.route;
        parts.set(change.part, part);
        continue;
      }
      const blob = 'put' in change ? change.blob : undefined;
      if (known?.blob !== undefined && known.blob !== blob) dropped.push({ node, blob: known.blob });
      // A part that is put again keeps its place in the order.
      if ('put' in change)
        parts.set(change.part, { base: change.put, blob, appended: [], route: change.route });
      else parts.delete(change.part);
    }
    if (parts.size === 0) this.nodes.delete(node);
    if (dropped.length === 0) return dropped;
    // A blob may have moved from one part to another.
    const used = this.blobsOf(node);
    return dropped.filter(({ blob }) => !used.has(blob));
  }

  /** Everything, as the changes that make it out of an empty table. */
  *entries(): IterableIterator<NodeChanges> {
    for (const [node, { type, version, parts }] of this.nodes) {
      yield { node, type, version, changes: [...parts].flatMap(([part, state]) => changesOf(part, state)) };
    }
  }

  /**
   * Takes over what another table has. Where both have a part, the other's is joined to this one's.
   * @param takes whether to take over a part with this route
   */
  inherit(from: StateTable, takes: (route: string) => boolean): void {
    for (const [node, { type, version, parts }] of from.nodes) {
      const own = this.partsFor(node, type, version);
      for (const [name, part] of parts) {
        if (part.route !== undefined && !takes(part.route)) continue;
        const known = own.get(name);
        if (known) known.joined = [...(known.joined ?? []), part];
        else own.set(name, { ...part, appended: [...part.appended] });
      }
    }
  }

  /** A table of its own that says the same. */
  copy(): StateTable {
    const copy = new StateTable();
    for (const changes of this.entries()) copy.apply(changes);
    return copy;
  }

  /** Forgets one part of a node. */
  removePart(node: string, part: string): void {
    this.nodes.get(node)?.parts.delete(part);
  }

  private partsFor(node: string, type: string, version: number): Map<string, Part> {
    const known = this.nodes.get(node);
    const isSame = known?.type === type;
    const parts = isSame ? known.parts : new Map<string, Part>();
    if (!isSame || known.version !== version) this.nodes.set(node, { type, version, parts });
    return parts;
  }
}

function changesOf(part: string, { base, blob, appended, route }: Part): PartChange[] {
  const routed = route === undefined ? {} : { route };
  return [
    ...(base ? [{ part, put: base, ...(blob === undefined ? {} : { blob }), ...routed }] : []),
    ...appended.map((append) => ({ part, append, ...(base ? {} : routed) })),
  ];
}
