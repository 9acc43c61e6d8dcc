/** What a KeyedQueue holds: `lane` is what order is kept within, `bytes` what the record takes of a request. */
export interface Queued {
  readonly lane: unknown;
  readonly bytes: number;
}

interface Link<T> {
  readonly item: T;
  next: Link<T> | undefined;
}

interface Lane<T> {
  head: Link<T>;
  tail: Link<T>;
}

/**
 * A queue of lanes, each in order. A record that was taken keeps its lane closed until it is settled, so that nothing of
 * the same lane can overtake it; a record given back is the first to be taken again. Every operation takes constant
 * time, however many lanes there are and however long one is.
 */
export class KeyedQueue<T extends Queued> {
  private readonly lanes = new Map<unknown, Lane<T>>();
  /** lanes whose head may be taken; a Map keeps them in the order they became ready */
  private readonly ready = new Map<unknown, Lane<T>>();
  private returned: T[] = [];
  private count = 0;
  private total = 0;

  /** Records in the queue, those that were taken and not settled included. */
  get size(): number {
    return this.count;
  }

  /** Their bytes. */
  get bytes(): number {
    return this.total;
  }

  /** Records that could be taken now. */
  get takable(): number {
    return this.returned.length + this.ready.size;
  }

  add(item: T): void {
    const link = { item, next: undefined };
    const lane = this.lanes.get(item.lane);
    if (lane) {
      lane.tail.next = link;
      lane.tail = link;
    } else {
      const opened = { head: link, tail: link };
      this.lanes.set(item.lane, opened);
      this.ready.set(item.lane, opened);
    }
    this.count++;
    this.total += item.bytes;
  }

  /** The record that would be taken first. */
  peek(): T | undefined {
    return this.returned[0] ?? this.ready.values().next().value?.head.item;
  }

  /** Takes the heads of at most `count` lanes with at most `bytes` bytes together, but at least one if there is one. */
  take(count: number, bytes: number): T[] {
    const taken: T[] = [];
    let left = bytes;
    const fits = (item: T) => taken.length < count && (taken.length === 0 || item.bytes <= left);
    let again = 0;
    for (; again < this.returned.length && fits(this.returned[again]!); again++) {
      taken.push(this.returned[again]!);
      left -= this.returned[again]!.bytes;
    }
    const all = again === this.returned.length;
    this.returned = this.returned.slice(again);
    if (!all) return taken;
    for (const [key, { head }] of this.ready) {
      if (!fits(head.item)) break;
      taken.push(head.item);
      left -= head.item.bytes;
      this.ready.delete(key);
    }
    return taken;
  }

  /** Gives taken records back, in the order in which they were taken, to be taken again before all others. */
  giveBack(items: readonly T[]): void {
    this.returned = [...items, ...this.returned];
  }

  /** A taken record is done with: the next one of its lane may follow. */
  settle(item: T): void {
    this.count--;
    this.total -= item.bytes;
    const lane = this.lanes.get(item.lane)!;
    const next = lane.head.next;
    if (next) {
      lane.head = next;
      this.ready.set(item.lane, lane);
    } else this.lanes.delete(item.lane);
  }

  /** Takes out everything that was not taken, in order within each lane. */
  clear(): T[] {
    const items: T[] = [];
    for (let taken = this.take(1, Infinity); taken.length > 0; taken = this.take(1, Infinity)) {
      this.settle(taken[0]!);
      items.push(taken[0]!);
    }
    return items;
  }
}
