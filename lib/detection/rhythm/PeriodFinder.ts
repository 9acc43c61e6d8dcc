import { flatState } from '../flatState';

/** Records that it looks back on. */
const length = 192;
const headLength = 3;
/** Numbers of its state. */
export const finderLength = headLength + 2 * length;
/** A period must have come round three times. */
const longest = Math.floor(length / 3);
const shortest = 4;
/** It looks again after so many records. */
const often = 64;
/** So much the series must be like itself a period later (its autocorrelation), and so much less like itself in between. */
const likeness = 0.4;
/** Of periods that fit about as well, the shortest is it: each one fits several times over. */
const nearlyAsLike = 0.85;
/** Looks of which the period is a mean. */
const mostLooks = 32;

/**
 * Finds after how many records a series repeats itself, by the autocorrelation of the latest 192. What is missing is left
 * out of it.
 */
export class PeriodFinder {
  /** the latest values in a ring, NaN for what is missing */
  private readonly ring: Float32Array;
  /** records so far, the period found, how often it was seen */
  private readonly head: Float64Array;

  /** @param state what `state` gave */
  constructor(state?: readonly number[]) {
    const all = flatState('a period finder', finderLength, state);
    this.head = all.slice(0, headLength);
    this.ring = Float32Array.from(all.subarray(headLength, headLength + length), (value, i) =>
      all[headLength + length + i] ? value : NaN,
    );
  }

  get byteLength(): number {
    return this.head.byteLength + this.ring.byteLength;
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    const { head, ring } = this;
    return [
      ...head,
      ...ring.map((value) => (Number.isNaN(value) ? 0 : value)),
      ...ring.map((value) => (Number.isNaN(value) ? 0 : 1)),
    ];
  }

  /** In records, not always a whole number; undefined while there is none. */
  get period(): number | undefined {
    return this.head[1]! > 0 ? this.head[1]! : undefined;
  }

  /** @param value NaN for a record that did not come */
  learn(value: number): void {
    const { head, ring } = this;
    ring[head[0]! % length] = value;
    head[0]!++;
    if (head[0]! >= length && head[0]! % often === 0) this.look();
  }

  /** Keeps the period while it still holds, and only learns it more exactly; another would begin anew. */
  private look(): void {
    const { head } = this;
    const likenesses = this.likenesses();
    const now = head[1]!;
    if (now > 0) {
      const near = Math.round(now);
      const [at] = [near - 1, near, near + 1].sort((a, b) => likenesses[b]! - likenesses[a]!);
      if (likenesses[at!]! > likeness / 2) {
        head[2]!++;
        head[1] = now + (top(likenesses, at!) - now) / Math.min(mostLooks, head[2]!);
        return;
      }
    }
    const found = firstPeak(likenesses);
    head[1] = found ? top(likenesses, found) : 0;
    head[2] = 1;
  }

  /** The autocorrelation at each lag, of values that are cut off at twice their mean deviation. */
  private likenesses(): Float64Array {
    const { head, ring } = this;
    const from = head[0]! % length;
    const values = Float64Array.from(ring, (_, i) => ring[(from + i) % length]!);
    const mean = average(values);
    const spread = 2 * average(values.map((value) => Math.abs(value - mean)));
    const off = values.map((value) => Math.min(spread, Math.max(-spread, value - mean)));
    const variance = average(off.map((each) => each * each));
    return Float64Array.from({ length: longest + 1 }, (_, lag) => {
      let sum = 0;
      let count = 0;
      for (let i = lag; i < length; i++) {
        const product = off[i]! * off[i - lag]!;
        if (Number.isNaN(product)) continue;
        sum += product;
        count++;
      }
      return count > length / 4 && variance > 0 ? sum / count / variance : 0;
    });
  }
}

/** The shortest lag at which the series is as like itself as at any. */
function firstPeak(likenesses: Float64Array): number | undefined {
  let least = Infinity;
  let best = 0;
  const peaks: number[] = [];
  for (let lag = 1; lag < longest; lag++) {
    const here = likenesses[lag]!;
    const isPeak = here >= likenesses[lag - 1]! && here >= likenesses[lag + 1]!;
    if (lag >= shortest && isPeak && here > likeness && here - least > likeness) {
      peaks.push(lag);
      best = Math.max(best, here);
    }
    least = Math.min(least, here);
  }
  return peaks.find((lag) => likenesses[lag]! >= nearlyAsLike * best);
}

/** Where the parabola through a peak and its neighbours is highest. */
function top(likenesses: Float64Array, peak: number): number {
  const [before, at, after] = [likenesses[peak - 1]!, likenesses[peak]!, likenesses[peak + 1]!];
  const bend = before - 2 * at + after;
  return bend < 0 ? peak + Math.min(0.5, Math.max(-0.5, (before - after) / (2 * bend))) : peak;
}

/** Of those that are numbers. */
function average(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : 0;
}
