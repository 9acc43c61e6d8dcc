import type { Ask } from './Kernel';
import { Ranges } from './Ranges';

/** What assembly/index.ts exports; all places are addresses in the memory. */
export interface Exports {
  /** Gives this thread its scratch. @returns its end */
  place(scratch: number, stride: number, tallies: number): number;
  /** Says where a batch is. */
  lay(points: number, scores: number, parts: number, weights: number): void;
  process(state: number, count: number, what: Ask, learn: boolean): void;
  /** @returns the end of the points that are taken together */
  begin(state: number, first: number, count: number, what: Ask): number;
  work(state: number, group: number, from: number, to: number, what: Ask): void;
  end(from: number, to: number): void;
}

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Exports {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  // Of a copy the engine knows the functions; the object that it makes itself is a slow one.
  return { ...exports } as unknown as Exports;
}

/** Values that a workspace holds, unless a single point has more. */
export const mostValues = 32 * 1024;
/** Points that a workspace holds, of many forests together. */
const mostScores = 4096;

const page = 65536;
/** The compiler's own static data lie below. */
const firstFree = 1024;
/** What assembly/workspace.ts needs at most for a thread's scratch besides 56 bytes a value. */
const scratchBytes = 512 * 1024;
/** Parts of points that the groups of trees of a forest tell each other at a time, at most. */
export const mostTallies = 1024 * 1024;
/** What assembly/workspace.ts needs for what threads tell each other. */
const tallyBytes = 6 * 1024 * 1024 + 8 * mostTallies;

/** Where a batch lies in a slab. */
export interface Desk {
  readonly points: number;
  readonly scores: number;
  readonly parts: number;
  /** the front of the scratch of the thread that weighs the points */
  readonly weights: number;
}

/**
 * One WebAssembly memory with many forests in it: a memory of its own for each would cost more than a small forest itself.
 * It never grows, so that views stay valid; the operating system gives its pages as they are used. In front lies a
 * workspace that all its forests share, and a scratch for each thread.
 */
export class Slab {
  private static made = 0;

  /** which one it is of all in this process */
  readonly number = ++Slab.made;
  readonly memory: WebAssembly.Memory;
  readonly kernel: Exports;
  readonly points: Float32Array;
  readonly scores: Float64Array;
  readonly parts: Float64Array;
  readonly desk: Desk;
  readonly ranges: Ranges;
  private readonly scratches: number;
  private readonly tallies: number;
  /** where the highest forest ended that was ever in it */
  private used = 0;

  /** @param hands threads that work in it; with none but this one the memory is not shared */
  constructor(
    module: WebAssembly.Module,
    byteLength: number,
    readonly stride: number,
    hands = 1,
  ) {
    const values = Math.max(mostValues, stride);
    const scores = firstFree + 4 * values;
    const parts = scores + 8 * mostScores;
    this.scratches = parts + 16 * values;
    this.tallies = this.scratchOf(hands);
    const end = this.tallies + (hands > 1 ? tallyBytes : 0);
    const pages = Math.ceil((end + byteLength) / page) + 1;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: hands > 1 });
    this.kernel = instantiate(module, this.memory);
    this.kernel.place(...this.placeOf(0));
    this.desk = { points: firstFree, scores, parts, weights: this.scratchOf(0) };
    this.clear();
    this.points = new Float32Array(this.buffer, firstFree, values);
    this.scores = new Float64Array(this.buffer, scores, mostScores);
    this.parts = new Float64Array(this.buffer, parts, 2 * values);
    this.ranges = new Ranges(Math.ceil(end / 64) * 64, pages * page);
  }

  get buffer(): ArrayBufferLike {
    return this.memory.buffer;
  }

  /** What a thread's `place` is called with. */
  placeOf(hand: number): [scratch: number, stride: number, tallies: number] {
    return [this.scratchOf(hand), this.stride, this.tallies];
  }

  /** The workspace is for one forest again. */
  clear(): void {
    const { points, scores, parts, weights } = this.desk;
    this.kernel.lay(points, scores, parts, weights);
  }

  /** Makes bytes of forests 0. Those behind all that were ever asked for are so already, and take no memory yet. */
  erase(begin: number, length: number): void {
    const end = begin + length;
    const dirty = Math.min(end, this.used) - begin;
    if (dirty > 0) new Uint8Array(this.buffer, begin, dirty).fill(0);
    this.used = Math.max(this.used, end);
  }

  private scratchOf(hand: number): number {
    const bytes = scratchBytes + 56 * Math.max(mostValues, this.stride);
    return this.scratches + hand * Math.ceil(bytes / 64) * 64;
  }
}
