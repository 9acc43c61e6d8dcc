import { RandomCutForest } from '../../random-cut-forest';
import { flatState } from '../flatState';
import { forestOptions, type Judge, type JudgeState, type Look, type Size } from './Judge';
import { Relations } from './Relations';
import { Scaling } from './Scaling';

/** The running scale: about 3000 records, so that an event of hours is not usual before it ends. */
const rate = 0.0003;
/** Further out, in deviations, one value would decide alone. */
const furthest = 10;
/** An event that lasts is not to become usual soon. */
const reach = 4;
/** How much the distance by the relations counts beside the forest's score. */
const relationWeight = 0.5;
/** Relations take the square of their values in memory. */
const mostRelated = 64;
/** What is strange about a machine lasts: its score is a running mean of about so many records. */
const lasting = 5;

/**
 * Judges records of several values by two views of them, each scaled as the stream goes on, added up and averaged over
 * the latest records: a random cut forest, and how the values stand to one another.
 */
export class JudgeOfSeveral implements Judge {
  readonly parts: Float64Array;
  private readonly forest: RandomCutForest;
  private readonly scaling: Scaling;
  private readonly relations: Relations | undefined;
  private readonly scaled: Float64Array;
  private readonly forestParts: Float64Array;
  private readonly relationParts: Float64Array;

  constructor(
    private readonly dimensions: number,
    size: Size,
    seed: number,
    state?: JudgeState,
  ) {
    const numbers = state?.numbers ?? [];
    this.scaling = new Scaling(dimensions, rate, furthest, reach, numbers[0]);
    this.parts = flatState('parts of a score', 2 * dimensions, numbers[1]);
    if (dimensions <= mostRelated) this.relations = new Relations(dimensions, numbers[2]);
    this.scaled = new Float64Array(dimensions);
    this.forestParts = new Float64Array(2 * dimensions);
    this.relationParts = new Float64Array(dimensions);
    this.forest = state
      ? RandomCutForest.from(state.forest)
      : new RandomCutForest(forestOptions('several', size, dimensions, seed));
  }

  state(): JudgeState {
    const { forest, parts, relations, scaling } = this;
    const numbers = [scaling.state(), [...parts]];
    return { forest: forest.snapshot(), numbers: relations ? [...numbers, relations.state()] : numbers };
  }

  get byteLength(): number {
    return this.forest.byteLength + (this.relations?.byteLength ?? 0);
  }

  take({ values }: Look): number {
    const { dimensions, forest, forestParts, parts, relations, relationParts, scaled, scaling } = this;
    scaling.apply(values, scaled);
    forest.attributionAndUpdate(scaled, forestParts);
    relations?.take(scaled, relationParts);
    let score = 0;
    for (let d = 0; d < dimensions; d++) {
      const part = relationWeight * relationParts[d]!;
      this.follow(2 * d, forestParts[2 * d]! + Math.max(0, part));
      this.follow(2 * d + 1, forestParts[2 * d + 1]! + Math.max(0, -part));
      score += parts[2 * d]! + parts[2 * d + 1]!;
    }
    scaling.learn(values);
    return score;
  }

  free(): void {
    this.forest.free();
  }

  private follow(at: number, part: number): void {
    this.parts[at] = this.parts[at]! + (part - this.parts[at]!) / lasting;
  }
}
