import { Attribution } from './attribution';
import { CutTrees } from './CutTrees';
import type { ForestState } from './ForestState';
import { Sampler } from './Sampler';

/** What to find out about a point: nothing, its score, or its score and the parts of it. */
export const ask = { nothing: 0, score: 1, parts: 2 } as const;
export type Ask = (typeof ask)[keyof typeof ask];

/** What a forest calculates with: points go into a workspace, scores and their parts come out there. */
export interface Kernel {
  /** room for points, `stride` values each, the places behind the last value 0 */
  readonly points: Float32Array;
  /** the score of each point, on the published scale; 0 while there is nothing to compare with */
  readonly scores: Float64Array;
  /** 2 * stride places a point: HIGH of value d at d, LOW at stride + d */
  readonly parts: Float64Array;
  /** how many points it takes at a time, at most */
  readonly batch: number;
  /**
   * Takes the first points of the workspace, as if one after the other: finds out what is asked, then learns the point if
   * `learn`. For that, as many rows must have been reserved, before the points were put in.
   */
  process(count: number, what: Ask, learn: boolean): void;
}

/** Trees whose parts are added up before those of others: they come from one thread of the compiled kernel. */
export const together = 8;

/** The kernel in plain TypeScript: what the compiled one is compared with, and what runs where that one cannot. */
export class PlainKernel implements Kernel {
  readonly points: Float32Array;
  readonly scores = new Float64Array(1);
  readonly parts: Float64Array;
  readonly batch = 1;
  /** parts of a few trees */
  private readonly some: Float64Array;
  private readonly sampler: Sampler;
  private readonly attribution: Attribution;

  constructor(private readonly state: ForestState) {
    this.points = new Float32Array(state.stride);
    this.parts = new Float64Array(2 * state.stride);
    this.some = new Float64Array(2 * state.stride);
    this.sampler = new Sampler(state, new CutTrees(state));
    this.attribution = new Attribution(state);
  }

  process(_count: number, what: Ask, learn: boolean): void {
    if (what !== ask.nothing) {
      this.parts.fill(0);
      if (this.state.size === 0) this.scores[0] = 0;
      else this.scores[0] = what === ask.parts ? this.explain() : this.score();
    }
    if (learn) this.sampler.offer(this.points, 0);
  }

  private score(): number {
    const { state, points } = this;
    const { walk } = this.attribution;
    const { numberOfTrees } = state.options;
    let sum = 0;
    for (let tree = 0; tree < numberOfTrees; tree++) sum += walk.score(tree, points, 0);
    return sum * this.scale;
  }

  private explain(): number {
    const { state, points, parts, attribution } = this;
    const { numberOfTrees } = state.options;
    let sum = 0;
    for (let first = 0; first < numberOfTrees; first += together) {
      this.some.fill(0);
      const end = Math.min(first + together, numberOfTrees);
      for (let tree = first; tree < end; tree++) sum += attribution.tree(tree, points, 0, this.some);
      for (let i = 0; i < parts.length; i++) parts[i]! += this.some[i]!;
    }
    const score = sum * this.scale;
    let total = 0;
    for (let i = 0; i < parts.length; i++) total += parts[i]!;
    // Rounding apart, the parts sum to `sum`; scaled by their own sum they sum to the score.
    const share = score / total;
    for (let i = 0; i < parts.length; i++) parts[i]! *= share;
    return score;
  }

  /** From the mean over the trees to the published scale. */
  private get scale(): number {
    return this.state.log2[this.state.size]! / this.state.options.numberOfTrees;
  }
}
