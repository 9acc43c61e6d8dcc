import { ln } from '../../random-cut-forest/deterministicMath';
import { uniform } from '../../random-cut-forest/random';
import { flatState } from '../flatState';
import type { Shape } from './Shape';

/** Values that it keeps of those above 0, each of the latest thousands with the same chance. */
const sample = 128;
const memory = 4096;
/** It looks again after so many records. */
const often = 64;
/** Of fewer values the tails say nothing. */
const fewest = 32;
/** Sparse is what is 0 so often; it is until it is 0 less often than that. */
const zeroPart = { from: 0.6, until: 0.4 };
/** Skewed is what has an upper tail so many times as long as the lower one, while the one of ten is so many times the nine of ten. */
const tails = { from: 2.5, until: 1.5 };
const spread = { from: 5, until: 3 };
const shapes = ['plain', 'skewed', 'sparse'] as const;

/** Records, the part of zeros, the place of the shape, what is small and what is usual, whether anything was negative, values kept. */
const [seen, zeros, chosen, small, middle, negative, kept] = [0, 1, 2, 3, 4, 5, 6];
const head = 7;
const numbers = head + sample;

/**
 * Finds out how the values of a series lie, by quantiles, which single anomalies do not move, and keeps to it until the
 * series is plainly something else. What was ever negative is plain: a change of sign has no ratio.
 */
export class ShapeFinder {
  static readonly numbers = numbers;
  private readonly memory: Float64Array;

  /** @param state what `state` gave */
  constructor(state?: readonly number[]) {
    this.memory = flatState('the shape of a series', numbers, state);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.memory];
  }

  get shape(): Shape {
    return shapes[this.memory[chosen]!]!;
  }

  /** One of ten values above 0 was smaller, as the shape was found. */
  get small(): number {
    return this.memory[small]!;
  }

  /** One of two values above 0 was smaller, as the shape was found. */
  get middle(): number {
    return this.memory[middle]!;
  }

  /** @returns whether the shape is another one now */
  learn(value: number): boolean {
    const all = this.memory;
    const count = ++all[seen]!;
    const rate = 1 / Math.min(memory, count);
    all[zeros] = all[zeros]! + rate * ((value === 0 ? 1 : 0) - all[zeros]!);
    if (value < 0) all[negative] = 1;
    if (value > 0) this.keep(value);
    return count % often === 0 && this.look();
  }

  /** Reservoir sampling (Vitter 1985) in which old values fade, with numbers that depend on the count alone. */
  private keep(value: number): void {
    const all = this.memory;
    const count = all[kept]!++;
    const random = uniform(Uint32Array.of(count, 0), 0);
    const place = count < sample ? count : Math.floor(random * Math.min(memory, count + 1));
    if (place < sample) all[head + place] = value;
  }

  private look(): boolean {
    const all = this.memory;
    const count = Math.min(sample, all[kept]!);
    const sorted = all.slice(head, head + count).sort();
    const at = (part: number) => sorted[Math.floor(part * (count - 1))]!;
    const was = this.shape;
    const is = this.choose(count < fewest ? [1, 1, 1] : [at(0.1), at(0.5), at(0.9)]);
    if (is === was) return false;
    all[chosen] = shapes.indexOf(is);
    if (count > 0) [all[small], all[middle]] = [at(0.1), at(0.5)];
    return true;
  }

  private choose([low, mid, high]: readonly [number, number, number]): Shape {
    const all = this.memory;
    const limit = (of: Shape) => (this.shape === of ? 'until' : 'from');
    if (all[negative] !== 0) return 'plain';
    if (all[zeros]! > zeroPart[limit('sparse')]) return 'sparse';
    const its = limit('skewed');
    // A tenth that is all one value has no lower tail to compare with.
    const isSpread = high > spread[its] * low && mid > low;
    const longer = (high - mid) / (mid - low);
    if (!isSpread || longer <= tails[its]) return 'plain';
    // Ratios must lie more evenly than differences, or they say no more.
    const ofRatios = ln(ln(high / mid) / ln(mid / low));
    return its === 'until' || Math.abs(ofRatios) < ln(longer) ? 'skewed' : 'plain';
  }
}
