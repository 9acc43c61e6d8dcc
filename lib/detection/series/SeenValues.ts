import { ln } from '../../random-cut-forest/deterministicMath';
import { flatState } from '../flatState';

/** Novelty of the first values says nothing. */
const settling = 20;
/** From so many different values on, one garbage value on either side must not make all others look alike. */
const fewest = 4;
/** Numbers in front of the values in a state: how many values are kept; records seen; those seen when some were dropped. */
const counters = 3;
const leastRoom = 8;
const [wordBytes, recordBytes] = [8, 4];
/** Further out than so many ranges nothing more is learned about how strange a value is. */
const mostRanges = 1;

/**
 * All values that a stream has had, as far as they differ: each is kept unless one next to it is kept already. How novel
 * a value is, is how far it lies from all of them, as a part of their range. Of values in one dimension this is exact
 * where a forest samples, and unlike a forest's score it stays low in the thin tail of heavy-tailed data, where values
 * lie far apart as a rule.
 */
export class SeenValues {
  /** the values in rising order, and the number of the record that had each one last, modulo 2^32; room for some more */
  private values: Float64Array;
  private records: Uint32Array;
  private kept = 0;
  private seen = 0;
  /** records seen when old values were last dropped */
  private cleared = 0;

  /**
   * @param capacity values kept at most: they resolve the range into half as many steps
   * @param memory records after which a value that did not come again is forgotten
   */
  constructor(
    private readonly capacity: number,
    private readonly memory: number,
    state?: readonly number[],
  ) {
    // Room for `capacity` values was saved with them once; now it is as many as there are.
    const room = state ? (state.length - counters) / 2 : 0;
    const isPossible = Number.isInteger(room) && room >= 0 && room <= capacity;
    const length = isPossible ? counters + 2 * room : counters;
    const [kept, seen, cleared, ...all] = flatState('the values seen', length, state);
    this.kept = Math.min(kept!, room);
    this.seen = seen!;
    this.cleared = cleared!;
    const empty = emptyRoom(this.kept, capacity);
    this.values = empty.values;
    this.records = empty.records;
    this.values.set(all.slice(0, this.kept));
    for (let i = 0; i < this.kept; i++) this.records[i] = all[room + i]! >>> 0;
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    const { cleared, kept, records, seen, values } = this;
    const numbers = Array.from(records.subarray(0, kept), (record) => seen - this.ageOf(record));
    return [kept, seen, cleared, ...values.subarray(0, kept), ...numbers];
  }

  get byteLength(): number {
    return this.values.byteLength + this.records.byteLength;
  }

  /**
   * The distance to the nearest value seen, as a part of the range of all but the highest and the lowest, times the binary
   * logarithm of how many records there were: the same distance says more the longer the stream has avoided it.
   * @returns 0 for a value seen, 1 times that logarithm for one as far away as the range is wide
   */
  noveltyOf(x: number): number {
    const { kept, seen, values } = this;
    if (seen < settling) return 0;
    const at = this.placeOf(x);
    const below = at > 0 ? x - values[at - 1]! : Infinity;
    const above = at < kept ? values[at]! - x : Infinity;
    const apart = Math.min(below, above);
    const { range } = this;
    const part = range > 0 ? apart / range : apart > 0 ? 1 : 0;
    return (Math.min(part, mostRanges) * ln(seen + 2)) / Math.LN2;
  }

  learn(x: number): void {
    if (this.seen - this.cleared > this.memory / 8) this.forget();
    const { kept } = this;
    const at = this.placeOf(x);
    const number = this.seen++ >>> 0;
    const nearest = this.nearestTo(x, at);
    if (kept > 0 && Math.abs(this.values[nearest]! - x) <= (at > 0 && at < kept ? this.resolution : 0)) {
      this.records[nearest] = number;
      return;
    }
    if (kept === this.values.length) this.makeRoom();
    const { records, values } = this;
    values.copyWithin(at + 1, at, kept);
    records.copyWithin(at + 1, at, kept);
    values[at] = x;
    records[at] = number;
    this.kept++;
    if (this.kept === this.capacity) this.thinOut();
  }

  private get range(): number {
    const { kept, values } = this;
    const beside = kept > fewest ? 1 : 0;
    return values[kept - 1 - beside]! - values[beside]!;
  }

  /** Values nearer to each other than this are taken as one. */
  private get resolution(): number {
    return this.kept > fewest ? (2 * this.range) / this.capacity : 0;
  }

  /** How many values lie below x. */
  private placeOf(x: number): number {
    let low = 0;
    let high = this.kept;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.values[middle]! < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The place of the value nearest to x, the lower one of two. @param at how many values lie below x */
  private nearestTo(x: number, at: number): number {
    const { kept, values } = this;
    return at === kept || (at > 0 && x - values[at - 1]! <= values[at]! - x) ? at - 1 : at;
  }

  /** How many records ago one was, below 2^32. */
  private ageOf(record: number): number {
    return (this.seen - record) >>> 0;
  }

  private makeRoom(): void {
    const { records, values } = this;
    const more = emptyRoom(this.kept + 1, this.capacity);
    more.values.set(values);
    more.records.set(records);
    this.values = more.values;
    this.records = more.records;
  }

  /** Lets one of values that the range has outgrown stand for those next to it; the highest stays. */
  private thinOut(): void {
    const { values, records, resolution } = this;
    const last = this.kept - 1;
    let to = 0;
    for (let from = 1; from <= last; from++) {
      if (from < last && values[from]! - values[to]! <= resolution) {
        if (this.ageOf(records[from]!) < this.ageOf(records[to]!)) records[to] = records[from]!;
        continue;
      }
      to++;
      values[to] = values[from]!;
      records[to] = records[from]!;
    }
    this.kept = to + 1;
  }

  private forget(): void {
    const { kept, values, records, memory } = this;
    let to = 0;
    for (let from = 0; from < kept; from++) {
      if (this.ageOf(records[from]!) > memory) continue;
      values[to] = values[from]!;
      records[to++] = records[from]!;
    }
    this.kept = to;
    this.cleared = this.seen;
  }
}

/** As much again each time, beginning with as little as what never differs needs; in one piece of memory. */
function emptyRoom(least: number, capacity: number): { values: Float64Array; records: Uint32Array } {
  let room = leastRoom;
  while (room < least) room *= 2;
  room = Math.min(room, capacity);
  const memory = new ArrayBuffer((wordBytes + recordBytes) * room);
  return { values: new Float64Array(memory, 0, room), records: new Uint32Array(memory, wordBytes * room) };
}
