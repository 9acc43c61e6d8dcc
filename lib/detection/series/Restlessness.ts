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
/** There is no telling what is usual of a value that came less often. */
const settling = 100;
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
  /** how often each value came */
  private readonly counts: Float64Array;
  private readonly scaling: Scaling;
  private readonly tails: Tails;
  private readonly moves: Float64Array;
  private readonly scaled: Float64Array;

  constructor(
    private readonly dimensions: number,
    state?: readonly (readonly number[])[],
  ) {
    const [changes] = state ?? [];
    const all = flatState('restlessness', 3 * dimensions, changes && counted(dimensions, changes));
    this.memory = all.subarray(0, 2 * dimensions);
    this.counts = all.subarray(2 * dimensions);
    this.scaling = new Scaling(dimensions, rate, unbounded, reach, state?.[1]);
    this.tails = new Tails(dimensions, tail, state?.[2]);
    this.moves = new Float64Array(dimensions);
    this.scaled = new Float64Array(dimensions);
  }

  /** Everything it knows, for the constructor. */
  state(): number[][] {
    return [[...this.memory, ...this.counts], this.scaling.state(), this.tails.state()];
  }

  get byteLength(): number {
    return this.memory.byteLength + this.counts.byteLength + this.scaling.byteLength + this.tails.byteLength;
  }

  /**
   * Takes how far each value is from its usual restlessness, and then learns it.
   * @param record as it came: of what is NaN in it nothing is learned
   * @param values the record, scaled
   * @param parts takes how far off each value is, 0 or more; 0 of what is missing
   */
  take(record: ArrayLike<number>, values: Float64Array, parts: Float64Array): void {
    const { counts, dimensions, memory, moves, scaled, scaling, tails } = this;
    for (let d = 0; d < dimensions; d++) {
      moves[d] = NaN;
      if (!Number.isNaN(record[d])) {
        counts[d]!++;
        const change = Math.abs(values[d]! - memory[2 * d]!);
        memory[2 * d] = values[d]!;
        memory[2 * d + 1] = memory[2 * d + 1]! + (change - memory[2 * d + 1]!) / span;
        moves[d] = ln(memory[2 * d + 1]! + least);
      }
    }
    scaling.apply(moves, scaled);
    scaling.learn(moves, counts);
    tails.take(scaled, furthest);
    for (let d = 0; d < dimensions; d++) parts[d] = counts[d]! < settling ? 0 : Math.abs(scaled[d]!);
  }
}

/** The changes of a state that did not count its values, as if they had come often. */
function counted(dimensions: number, changes: readonly number[]): readonly number[] {
  if (changes.length !== 2 * dimensions) return changes;
  return [...changes, ...new Array<number>(dimensions).fill(1e6)];
}
