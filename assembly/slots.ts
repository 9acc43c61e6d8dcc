// Which slot an inner node has: lib/random-cut-forest/NodeSlots.ts.
import { boxOf, gather } from './boxes';
import {
  capacity,
  freeBare,
  freeNode,
  isBare,
  leafParent,
  node,
  none,
  parentOf,
  root,
  setParentOf,
} from './state';

/** Takes a free slot: a bare one rather than one with a box, or the other way round. */
export function takeSlot(tree: i32, bare: bool): u32 {
  const wanted = bare ? freeBare : freeNode;
  return takeOf(listAt(wanted, tree) != none ? wanted : bare ? freeNode : freeBare, tree);
}

export function freeSlot(tree: i32, slot: u32): void {
  const list = isBare(slot) ? freeBare : freeNode;
  setParentOf(tree * capacity + <i32>slot, listAt(list, tree));
  store<u16>(list + ((<usize>tree) << 1), slot);
}

/** Gives a box to a node that has none, if there is one. @returns the slot where the node is then */
export function dress(tree: i32, slot: u32): u32 {
  if (!isBare(slot) || slot == none || listAt(freeNode, tree) == none) return slot;
  const to = takeOf(freeNode, tree);
  gather(tree, tree * capacity + <i32>slot, boxOf(tree, to));
  return move(tree, slot, to);
}

/** Takes the box from a node of two leaves, if another slot is free. @returns the slot where the node is then */
export function undress(tree: i32, slot: u32): u32 {
  if (isBare(slot) || listAt(freeBare, tree) == none) return slot;
  const record = node + ((<usize>(tree * capacity + <i32>slot)) << 4);
  if ((load<i32>(record) & load<i32>(record, 4)) >= 0) return slot;
  return move(tree, slot, takeOf(freeBare, tree));
}

export function setParent(link: i32, parent: u32): void {
  if (link >= 0) setParentOf(link, parent);
  else store<u16>(leafParent + ((<usize>~link) << 1), parent);
}

export function replaceChild(tree: i32, parent: u32, child: i32, by: i32): void {
  if (parent == none) {
    store<i32>(root + ((<usize>tree) << 2), by);
    return;
  }
  const record = node + ((<usize>(tree * capacity + <i32>parent)) << 4);
  store<i32>(record + ((<usize>(load<i32>(record) != child)) << 2), by);
}

function listAt(list: usize, tree: i32): u32 {
  return load<u16>(list + ((<usize>tree) << 1));
}

function takeOf(list: usize, tree: i32): u32 {
  const slot = listAt(list, tree);
  store<u16>(list + ((<usize>tree) << 1), parentOf(tree * capacity + <i32>slot));
  return slot;
}

function move(tree: i32, from: u32, to: u32): u32 {
  const before = tree * capacity + <i32>from;
  const after = tree * capacity + <i32>to;
  const record = node + ((<usize>after) << 4);
  v128.store(record, v128.load(node + ((<usize>before) << 4)));
  replaceChild(tree, parentOf(after), before, after);
  setParent(load<i32>(record), to);
  setParent(load<i32>(record, 4), to);
  freeSlot(tree, from);
  return to;
}
