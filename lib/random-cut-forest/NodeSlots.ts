import { Boxes } from './Boxes';
import { none, type ForestState } from './ForestState';

/**
 * Links inner nodes with their parents and children, and gives them slots. There are fewer boxes than slots. A bare node's
 * box takes more work to find, least when both children are leaves; so a node changes its slot as it begins or ceases to
 * be such a node, if there is one to change to. This is for speed alone: trees are the same whichever nodes are bare.
 */
export class NodeSlots {
  private readonly boxes: Boxes;

  constructor(private readonly state: ForestState) {
    this.boxes = new Boxes(state);
  }

  /** Takes a free slot, of which there must be one: a bare one rather than one with a box, or the other way round. */
  take(tree: number, bare: boolean): number {
    const { freeBare, freeNode } = this.state;
    const list = (bare ? freeBare : freeNode)[tree] === none ? !bare : bare;
    return this.takeOf(list ? freeBare : freeNode, tree);
  }

  free(tree: number, slot: number): void {
    const { state } = this;
    const list = this.isBare(slot) ? state.freeBare : state.freeNode;
    state.setParentOf(tree * state.capacity + slot, list[tree]!);
    list[tree] = slot;
  }

  /** Gives a box to a node that has none, if there is one. @returns the slot where the node is then */
  dress(tree: number, slot: number): number {
    const { state, boxes } = this;
    if (slot === none || !this.isBare(slot) || state.freeNode[tree] === none) return slot;
    const node = tree * state.capacity + slot;
    boxes.find(node);
    const to = this.move(tree, slot, this.takeOf(state.freeNode, tree));
    const at = state.boxAt(tree * state.capacity + to);
    for (let d = 0; d < 2 * state.stride; d++) state.box[at + d] = boxes.values[d]!;
    return to;
  }

  /** Takes the box from a node of two leaves, if another slot is free. @returns the slot where the node is then */
  undress(tree: number, slot: number): number {
    const { state } = this;
    if (slot === none || this.isBare(slot) || state.freeBare[tree] === none) return slot;
    const record = 4 * (tree * state.capacity + slot);
    if (state.node[record]! >= 0 || state.node[record + 1]! >= 0) return slot;
    return this.move(tree, slot, this.takeOf(state.freeBare, tree));
  }

  setParent(link: number, parent: number): void {
    if (link >= 0) this.state.setParentOf(link, parent);
    else this.state.leafParent[~link] = parent;
  }

  replaceChild(tree: number, parent: number, child: number, by: number): void {
    const { state } = this;
    if (parent === none) {
      state.root[tree] = by;
      return;
    }
    const at = 4 * (tree * state.capacity + parent);
    state.node[state.node[at]! === child ? at : at + 1] = by;
  }

  private isBare(slot: number): boolean {
    return slot >= this.state.boxes;
  }

  private takeOf(list: Uint16Array, tree: number): number {
    const { state } = this;
    const slot = list[tree]!;
    list[tree] = state.parentOf(tree * state.capacity + slot);
    return slot;
  }

  private move(tree: number, from: number, to: number): number {
    const { node, capacity } = this.state;
    const [before, after] = [tree * capacity + from, tree * capacity + to];
    node.copyWithin(4 * after, 4 * before, 4 * before + 4);
    this.replaceChild(tree, this.state.parentOf(after), before, after);
    this.setParent(node[4 * after]!, to);
    this.setParent(node[4 * after + 1]!, to);
    this.free(tree, from);
    return to;
  }
}
