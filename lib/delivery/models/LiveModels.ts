import type { Entry } from './modelEntry';

/** What a store needs to know of a model in memory. */
export interface Weighing<M> {
  byteLength(model: M): number;
  /** Gives back what the model holds; it is not used any more. */
  free(model: M): void;
}

/** The models that are in memory: what they take, and which of them was used longest ago. */
export class LiveModels<M> implements Iterable<Entry<M>> {
  /** the one used longest ago first */
  private readonly entries = new Set<Entry<M>>();
  private bytes = 0;

  constructor(private readonly kind: Weighing<M>) {}

  get size(): number {
    return this.entries.size;
  }

  get byteLength(): number {
    return this.bytes;
  }

  get quietest(): Entry<M> | undefined {
    return this.entries.values().next().value;
  }

  [Symbol.iterator](): Iterator<Entry<M>> {
    return this.entries.values();
  }

  add(entry: Entry<M>, model: M): void {
    entry.model = model;
    entry.bytes = this.kind.byteLength(model);
    this.bytes += entry.bytes;
    this.entries.add(entry);
  }

  /** Notes that a model is used now. */
  touch(entry: Entry<M>): void {
    this.entries.delete(entry);
    this.entries.add(entry);
  }

  /** Models grow a little until their sample is full. */
  recount(entry: Entry<M>): void {
    if (!entry.model) return;
    const bytes = this.kind.byteLength(entry.model);
    this.bytes += bytes - entry.bytes;
    entry.bytes = bytes;
  }

  drop(entry: Entry<M>): void {
    if (!this.entries.delete(entry)) return;
    this.bytes -= entry.bytes;
    this.kind.free(entry.model!);
    entry.model = undefined;
  }
}
