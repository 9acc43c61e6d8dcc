import { ln } from '../../random-cut-forest/deterministicMath';
import { flatState } from '../flatState';
import { Scaling } from './Scaling';
import { Tails } from './Tails';

/** Records over which changes are averaged. */
const span = 10;
/** Changes of less than this, in deviations of the value, are all the same: a value at rest is not told from another. */
const least = 0.02;
/** As of the values themselves; restlessness wavers slowly, so that its tails are compared nearer, and cut off sooner. */
const [rate, reach] = [0.0003, 4];
const tail = { part: 0.01, deviations: 2.58 };
const furthest = 5;
/** Before tails are taken into account. */
const unbounded = 1e4;

/**
 * How much each value changes from record to record, beside how much it usually does: a sensor that is stuck, one that
 * swings or trembles, each within its usual range. The logarithm of the mean change of late is itself scaled as values
 * are, so that what is restless as a rule must be so beyond its rule.
 */
export class Restlessness {
  /** of each value what it was, and the mean of its changes */
  private readonly memory: Float64Array;
  private readonly scaling: Scaling;
  private readonly tails: Tails;
  private readonly moves: Float64Array;
  private readonly scaled: Float64Array;

  constructor(
    private readonly dimensions: number,
    state?: readonly (readonly number[])[],
  ) {
    this.memory = flatState('restlessness', 2 * dimensions, state?.[0]);
    this.scaling = new Scaling(dimensions, rate, unbounded, reach, state?.[1]);
    this.tails = new Tails(dimensions, tail, state?.[2]);
    this.moves = new Float64Array(dimensions);
    this.scaled = new Float64Array(dimensions);
  }

  /** Everything it knows, for the constructor. */
  state(): number[][] {
    return [[...this.memory], this.scaling.state(), this.tails.state()];
  }

  get byteLength(): number {
    return this.memory.byteLength + this.scaling.byteLength + this.tails.byteLength;
  }

  /**
   * Takes how far each value is from its usual restlessness, and then learns it.
   * @param record as it came: what is NaN in it is as restless as it was
   * @param values the record, scaled
   * @param parts takes how far off each value is, 0 or more; 0 of what is missing
   */
  take(record: ArrayLike<number>, values: Float64Array, parts: Float64Array): void {
    const { dimensions, memory, moves, scaled, scaling, tails } = this;
    for (let d = 0; d < dimensions; d++) {
      if (!Number.isNaN(record[d])) {
        const change = Math.abs(values[d]! - memory[2 * d]!);
        memory[2 * d] = values[d]!;
        memory[2 * d + 1] = memory[2 * d + 1]! + (change - memory[2 * d + 1]!) / span;
      }
      moves[d] = ln(memory[2 * d + 1]! + least);
    }
    scaling.apply(moves, scaled);
    scaling.learn(moves);
    tails.take(scaled, furthest);
    for (let d = 0; d < dimensions; d++) parts[d] = Number.isNaN(record[d]) ? 0 : Math.abs(scaled[d]!);
  }
}
