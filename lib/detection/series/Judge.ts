import type { Shape } from './Shape';

/** A record as a judge looks at it. */
export interface Look {
  /** NaN of what is missing; at least one is not */
  readonly values: Float64Array;
  /** the part of the local day that has passed, 0 to below 1 */
  readonly day: number;
  /** the hour of the local week, 0 to 167 */
  readonly hour: number;
  /** whether the record before came about one usual interval ago */
  readonly isNext: boolean;
}

/** Says how strange records are, from what it has learned. */
export interface Judge {
  /** Judges a record by those before it, and then learns it. @returns its score */
  take(look: Look): number;
  /** HIGH and LOW of each value, as the last record had them; they sum to its score */
  readonly parts: Float64Array;
  /** the record of late that adds most to the score; left out by a judge that looks at the last record alone */
  readonly strangest?: Strangest;
  /** whether the last record was strange because something had not come for so long, which no value shows */
  readonly isOverdue?: boolean;
  /** how the values lie, where that makes a difference */
  readonly shape?: Shape;
  /**
   * The values that are likeliest in the place of those that are NaN: at a time of day of one value, and beside what is
   * there of several. undefined while nothing is known.
   */
  likely(day: number, values: Float64Array): Float64Array | undefined;
  readonly byteLength: number;
  /** everything it knows: a forest's snapshot, and numbers */
  state(): JudgeState;
  free(): void;
}

/** One record of those that a score is about. */
export interface Strangest {
  /** how many records before the last one it came */
  readonly lag: number;
  /** its parts of the score, as those of a judge */
  readonly parts: Float64Array;
}

export interface JudgeState {
  readonly forest: ArrayBuffer;
  readonly numbers: readonly (readonly number[])[];
}

export type Size = 'full' | 'compact';

/** Memory of the forest in bytes, and points that each tree remembers of one value and of several. */
const sizes = {
  full: { bytes: 7_500_000, one: 4096, several: 512 },
  compact: { bytes: 120_000, one: 256, several: 64 },
};
const fewestTrees = 6;
/** More of them say the same. */
const mostTrees = 50;
/** Records after which one counts 1/e of a new one, in sample sizes. */
const decay = { one: 10, several: 20 };

/** Options of a forest that takes about the memory of its size: trees as many as fit. */
export function forestOptions(kind: 'one' | 'several', size: Size, dimensions: number, seed: number) {
  const { bytes, [kind]: subSampleSize } = sizes[size];
  // What RandomCutForest says of its memory.
  const fitting = Math.floor(bytes / (subSampleSize * (12 * dimensions + 34)));
  return {
    dimensions,
    seed,
    subSampleSize,
    numberOfTrees: Math.max(fewestTrees, Math.min(mostTrees, fitting)),
    timeDecay: decay[kind] * subSampleSize,
  };
}
