import { RandomCutForest } from '../../random-cut-forest';
import { Distances } from './Distances';
import { forestOptions, type Judge, type JudgeState, type Look, type Size, type Strangest } from './Judge';
import { RecentParts } from './RecentParts';
import { Relations } from './Relations';
import { Restlessness } from './Restlessness';
import { savedNow } from './savedNow';

/** Further out, in deviations, one value would decide alone what is said of all. */
const furthest = 10;
/** What each view counts beside the forest's score; `docs/detection.md` has what they bring. */
const usualWeights = { forest: 1, relations: 1, furthest: 0.2, restlessness: 0.2 };
/** Relations take the square of their values in memory. */
const mostRelated = 64;
/** A value that comes later than the others has no part in their records until it came so often. */
const settling = 100;

/**
 * Judges records of several values by four views of them, each value in standard deviations as the stream goes on, added up
 * and averaged over the latest records:
 *
 * - a random cut forest of all values;
 * - how the values stand to one another (Relations);
 * - how far out the furthest value is (Distances): what is wrong with one metric of many is little to the others;
 * - how restless the most restless value is (Restlessness).
 *
 * What is missing is judged by none of them.
 */
export class JudgeOfSeveral implements Judge {
  readonly parts: Float64Array;
  private readonly forest: RandomCutForest;
  private readonly distances: Distances;
  private readonly restlessness: Restlessness;
  private readonly recent: RecentParts;
  private readonly relations: Relations | undefined;
  /** the record in deviations, 0 of what is missing; and so that no value decides alone, with what is likely of that */
  private readonly away: Float64Array;
  private readonly scaled: Float64Array;
  /** of this record alone */
  private readonly own: Float64Array;
  private readonly viewed: Float64Array;
  /** the record without values of which too little is known */
  private readonly present: Float64Array;

  /** @param weights others than the usual ones show what a view brings */
  constructor(
    dimensions: number,
    size: Size,
    seed: number,
    state?: JudgeState,
    private readonly weights = usualWeights,
  ) {
    const areRelated = dimensions <= mostRelated;
    const numbers = state && savedNow(state.numbers, dimensions, areRelated);
    const [recent, parts, changes, changeScaling, changeTails, distances, relations] = numbers ?? [];
    this.distances = new Distances(dimensions, distances);
    this.recent = new RecentParts(2 * dimensions, recent);
    this.parts = parts ? Float64Array.from(parts) : new Float64Array(2 * dimensions);
    this.restlessness = new Restlessness(
      dimensions,
      changes && changeScaling && changeTails && [changes, changeScaling, changeTails],
    );
    if (areRelated) this.relations = new Relations(dimensions, relations);
    this.away = new Float64Array(dimensions);
    this.scaled = new Float64Array(dimensions);
    this.own = new Float64Array(2 * dimensions);
    this.viewed = new Float64Array(dimensions);
    this.present = new Float64Array(dimensions);
    this.forest = state
      ? RandomCutForest.from(state.forest)
      : new RandomCutForest(forestOptions('several', size, dimensions, seed));
  }

  state(): JudgeState {
    const { distances, forest, parts, recent, relations, restlessness } = this;
    const numbers = [recent.state(), [...parts], ...restlessness.state(), distances.state()];
    return { forest: forest.snapshot(), numbers: relations ? [...numbers, relations.state()] : numbers };
  }

  get byteLength(): number {
    const { distances, forest, parts, recent, relations, restlessness } = this;
    const kept = [distances, forest, parts, recent, restlessness];
    return kept.reduce((sum, { byteLength }) => sum + byteLength, relations?.byteLength ?? 0);
  }

  /** Which record of late adds most to the score. */
  get strangest(): Strangest {
    return this.recent.strangest();
  }

  take({ values }: Look): number {
    const { away, distances, forest, own, parts, present, recent, relations, restlessness } = this;
    const { scaled, viewed, weights } = this;
    const least = Math.min(settling, distances.seen);
    for (let d = 0; d < present.length; d++) present[d] = distances.counts[d]! < least ? NaN : values[d]!;
    distances.take(values, away);
    for (let d = 0; d < present.length; d++) {
      if (Number.isNaN(present[d])) away[d] = 0;
      scaled[d] = bounded(away[d]!);
    }
    relations?.complete(scaled, present);
    forest.attributionAndUpdate(scaled, own);
    for (let at = 0; at < own.length; at++) own[at] = weights.forest * own[at]!;
    relations?.take(scaled, viewed);
    if (relations) this.add(weights.relations, viewed);
    restlessness.take(present, scaled, viewed);
    this.addFurthest(weights.restlessness, viewed);
    this.addFurthest(weights.furthest, away);
    present.forEach((value, d) => {
      if (Number.isNaN(value)) own.fill(0, 2 * d, 2 * d + 2);
    });
    recent.take(own, parts);
    let score = 0;
    for (const part of parts) score += part;
    return score;
  }

  likely(_day: number, values: Float64Array): Float64Array | undefined {
    const { distances, forest } = this;
    const record = values.map((value, d) => bounded(distances.of(d, value)));
    const likely = forest.impute(record)?.values;
    return likely && Float64Array.from(likely, (value, d) => distances.restore(d, value));
  }

  free(): void {
    this.forest.free();
  }

  /** Adds what a view says of each value, on the side where the value lies. */
  private add(weight: number, viewed: Float64Array): void {
    for (let d = 0; d < viewed.length; d++) this.addOne(weight, d, viewed[d]!);
  }

  private addFurthest(weight: number, viewed: Float64Array): void {
    let most = 0;
    for (let d = 1; d < viewed.length; d++) if (Math.abs(viewed[d]!) > Math.abs(viewed[most]!)) most = d;
    this.addOne(weight, most, viewed[most]!);
  }

  private addOne(weight: number, d: number, viewed: number): void {
    const at = 2 * d + (this.scaled[d]! < 0 ? 1 : 0);
    this.own[at] = this.own[at]! + weight * Math.abs(viewed);
  }
}

/** NaN stays NaN. */
function bounded(away: number): number {
  return Math.min(furthest, Math.max(-furthest, away));
}
