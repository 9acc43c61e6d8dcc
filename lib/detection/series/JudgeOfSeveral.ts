import { RandomCutForest } from '../../random-cut-forest';
import { forestOptions, type Judge, type JudgeState, type Look, type Size, type Strangest } from './Judge';
import { RecentParts } from './RecentParts';
import { Relations } from './Relations';
import { Restlessness } from './Restlessness';
import { Scaling } from './Scaling';
import { Tails } from './Tails';

/** The running scale: about 3000 records, so that an event of hours is not usual before it ends. */
const rate = 0.0003;
/** Further out, in deviations, one value would decide alone. */
const furthest = 10;
/** Where the tails of values are compared. */
const tail = { part: 0.0027, deviations: 3 };
/** Before tails are taken into account. */
const unbounded = 1e4;
/** An event that lasts is not to become usual soon. */
const reach = 4;
/** What each view counts beside the forest's score; `docs/detection.md` has what they bring. */
const usualWeights = { forest: 1, relations: 1, furthest: 0.25, restlessness: 2 };
/** Relations take the square of their values in memory. */
const mostRelated = 64;

/**
 * Judges records of several values by four views of them, each scaled as the stream goes on, added up and averaged over the
 * latest records:
 *
 * - a random cut forest of all values;
 * - how the values stand to one another (Relations);
 * - how far out the furthest value is, by its own tails: what is wrong with one metric of many is little to the others;
 * - how restless each value is (Restlessness).
 */
export class JudgeOfSeveral implements Judge {
  readonly parts: Float64Array;
  private readonly forest: RandomCutForest;
  private readonly scaling: Scaling;
  private readonly tails: Tails;
  private readonly restlessness: Restlessness;
  private readonly recent: RecentParts;
  private readonly relations: Relations | undefined;
  private readonly scaled: Float64Array;
  /** of this record alone */
  private readonly own: Float64Array;
  private readonly viewed: Float64Array;

  /** @param weights others than the usual ones show what a view brings */
  constructor(
    dimensions: number,
    size: Size,
    seed: number,
    state?: JudgeState,
    private readonly weights = usualWeights,
  ) {
    const [scaling, tails, recent, parts, changes, changeScaling, changeTails, relations] =
      state?.numbers ?? [];
    this.scaling = new Scaling(dimensions, rate, unbounded, reach, scaling);
    this.tails = new Tails(dimensions, tail, tails);
    this.recent = new RecentParts(2 * dimensions, recent);
    this.parts = parts ? Float64Array.from(parts) : new Float64Array(2 * dimensions);
    this.restlessness = new Restlessness(
      dimensions,
      changes && changeScaling && changeTails && [changes, changeScaling, changeTails],
    );
    if (dimensions <= mostRelated) this.relations = new Relations(dimensions, relations);
    this.scaled = new Float64Array(dimensions);
    this.own = new Float64Array(2 * dimensions);
    this.viewed = new Float64Array(dimensions);
    this.forest = state
      ? RandomCutForest.from(state.forest)
      : new RandomCutForest(forestOptions('several', size, dimensions, seed));
  }

  state(): JudgeState {
    const { forest, parts, recent, relations, restlessness, scaling, tails } = this;
    const numbers = [scaling.state(), tails.state(), recent.state(), [...parts], ...restlessness.state()];
    return { forest: forest.snapshot(), numbers: relations ? [...numbers, relations.state()] : numbers };
  }

  get byteLength(): number {
    const { forest, parts, recent, relations, restlessness, scaling, tails } = this;
    const kept = [forest, parts, recent, restlessness, scaling, tails];
    return kept.reduce((sum, { byteLength }) => sum + byteLength, relations?.byteLength ?? 0);
  }

  /** Which record of late adds most to the score. */
  get strangest(): Strangest {
    return this.recent.strangest();
  }

  take({ values }: Look): number {
    const { forest, own, parts, recent, relations, restlessness, scaled, scaling, tails, viewed, weights } =
      this;
    scaling.apply(values, scaled);
    tails.take(scaled, furthest);
    scaling.learn(values);
    forest.attributionAndUpdate(scaled, own);
    for (let at = 0; at < own.length; at++) own[at] = weights.forest * own[at]!;
    relations?.take(scaled, viewed);
    if (relations) this.add(weights.relations, viewed);
    restlessness.take(values, scaled, viewed);
    this.add(weights.restlessness, viewed);
    this.addFurthest(weights.furthest);
    recent.take(own, parts);
    let score = 0;
    for (const part of parts) score += part;
    return score;
  }

  free(): void {
    this.forest.free();
  }

  /** Adds what a view says of each value, on the side where the value lies. */
  private add(weight: number, viewed: Float64Array): void {
    const { own, scaled } = this;
    for (let d = 0; d < viewed.length; d++) {
      const side = scaled[d]! < 0 ? 1 : 0;
      own[2 * d + side] = own[2 * d + side]! + weight * Math.abs(viewed[d]!);
    }
  }

  private addFurthest(weight: number): void {
    const { scaled, viewed } = this;
    let most = 0;
    for (let d = 1; d < scaled.length; d++) if (Math.abs(scaled[d]!) > Math.abs(scaled[most]!)) most = d;
    viewed.fill(0);
    viewed[most] = scaled[most]!;
    this.add(weight, viewed);
  }
}
