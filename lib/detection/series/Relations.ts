import { flatState } from '../flatState';

/** How much a new record counts among the earlier ones. */
const rate = 0.0003;
/**
 * Added to each variance, which is about 1 (Ledoit and Wolf, 2004): directions that vary less than this are mostly noise, or
 * not known well, and count alike.
 */
const ridge = 0.5;
/** Records from one inversion to the next. */
const refreshed = 200;
/** A record further out than this, in squares of its usual distance, is learned in part: it counts as if it lay there. */
const furthestLearned = 9;
/** Rounds in which what is missing is found. */
const sweeps = 6;

/**
 * Where the values of a record usually stand to one another. A forest cuts along one value at a time, so it hardly sees
 * that two values that always rise together have parted, each within its own range. This is how far each value lies from
 * what a regression on all the others makes of it, in its usual error, by running means and covariances.
 *
 * A direction in which records vary by w counts about 1 / (w + ridge)^2, where the Mahalanobis distance has 1 / w: what moves
 * most values together is all but left out, as it is of the residual of a principal component analysis, but without a
 * number of components to choose.
 */
export class Relations {
  private readonly mean: Float64Array;
  private readonly covariance: Float64Array;
  /** inverse of the covariance as it last was refreshed */
  private readonly inverse: Float64Array;
  private readonly seen: Float64Array;
  private readonly away: Float64Array;
  private readonly work: Float64Array;
  /** 1 for each value of the record that was put in */
  private readonly missing: Uint8Array;
  readonly byteLength: number;

  constructor(
    private readonly dimensions: number,
    state?: readonly number[],
  ) {
    const squares = dimensions * dimensions;
    const all = flatState('relations', 2 * squares + dimensions + 1, state);
    this.byteLength = all.byteLength + 8 * squares;
    this.covariance = all.subarray(0, squares);
    this.inverse = all.subarray(squares, 2 * squares);
    this.mean = all.subarray(2 * squares, 2 * squares + dimensions);
    this.seen = all.subarray(2 * squares + dimensions);
    this.away = new Float64Array(dimensions);
    this.work = new Float64Array(squares);
    this.missing = new Uint8Array(dimensions);
    if (state === undefined) {
      for (let d = 0; d < dimensions; d++) this.covariance[d * dimensions + d] = 1;
      this.invert();
    }
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.covariance, ...this.inverse, ...this.mean, ...this.seen];
  }

  /**
   * Puts in what is likeliest of what is missing, beside what is there: where the distance is least. What is there is then
   * as far away as it is by itself, and what was put in has no part in it.
   * @param record values in deviations
   * @param values those that are NaN in it are missing
   */
  complete(record: Float64Array, values: ArrayLike<number>): void {
    const { dimensions, inverse, mean, missing } = this;
    let count = 0;
    for (let d = 0; d < dimensions; d++) {
      missing[d] = Number.isNaN(values[d]) ? 1 : 0;
      count += missing[d]!;
      if (missing[d] === 1) record[d] = mean[d]!;
    }
    if (count === 0) return;
    // Gauss and Seidel, which converge since the inverse is positive definite.
    for (let sweep = 0; sweep < sweeps; sweep++) {
      for (let d = 0; d < dimensions; d++) {
        if (missing[d] === 0) continue;
        let pull = 0;
        for (let e = 0, at = d * dimensions; e < dimensions; e++)
          pull += inverse[at + e]! * (record[e]! - mean[e]!);
        record[d] = record[d]! - pull / inverse[d * dimensions + d]!;
      }
    }
  }

  /**
   * Takes the distance of a record, a little less than 1 for usual ones, and then learns it.
   * @param record values in deviations, after `complete`
   * @param parts takes what each value adds to the distance, below 0 for a value that is lower than the others let expect
   */
  take(record: Float64Array, parts: Float64Array): void {
    const { away, dimensions, inverse, mean } = this;
    for (let d = 0; d < dimensions; d++) away[d] = record[d]! - mean[d]!;
    let square = 0;
    for (let d = 0; d < dimensions; d++) {
      let pull = 0;
      for (let e = 0, at = d * dimensions; e < dimensions; e++) pull += inverse[at + e]! * away[e]!;
      // The others let expect a value pull / inverse[d, d] lower, with an error of 1 / sqrt(inverse[d, d]).
      const off = this.missing[d] === 1 ? 0 : pull / Math.sqrt(inverse[d * dimensions + d]!);
      square += off * off;
      parts[d] = off;
    }
    const distance = Math.sqrt(square / dimensions);
    const each = distance > 0 ? distance / square : 0;
    for (let d = 0; d < dimensions; d++) parts[d] = each * parts[d]! * Math.abs(parts[d]!);
    this.learn(distance);
  }

  private learn(distance: number): void {
    const { away, covariance, dimensions, inverse, mean, missing, seen } = this;
    const weight = Math.max(1 / (seen[0]! + 2), rate) * Math.min(1, furthestLearned / distance ** 2);
    for (let d = 0; d < dimensions; d++) mean[d] = mean[d]! + weight * away[d]!;
    const left = 1 - weight;
    for (let d = 0; d < dimensions; d++) {
      const rest = weight * left * away[d]!;
      for (let e = 0, at = d * dimensions; e < dimensions; e++) {
        covariance[at + e] = left * covariance[at + e]! + rest * away[e]!;
      }
      // What was put in varies less than what it stands for (Dempster, Laird and Rubin 1977).
      const at = d * dimensions + d;
      if (missing[d] === 1) covariance[at] = covariance[at]! + weight * Math.max(0, 1 / inverse[at]! - ridge);
    }
    seen[0]!++;
    if (seen[0]! % refreshed === 0) this.invert();
  }

  /** Gauss and Jordan: positive definite, so that no pivot is 0. */
  private invert(): void {
    const { covariance, dimensions, inverse, work } = this;
    work.set(covariance);
    inverse.fill(0);
    for (let d = 0; d < dimensions; d++) {
      work[d * dimensions + d] = work[d * dimensions + d]! + ridge;
      inverse[d * dimensions + d] = 1;
    }
    for (let pivot = 0; pivot < dimensions; pivot++) {
      const from = pivot * dimensions;
      const by = work[from + pivot]!;
      for (let e = 0; e < dimensions; e++) {
        work[from + e] = work[from + e]! / by;
        inverse[from + e] = inverse[from + e]! / by;
      }
      for (let d = 0; d < dimensions; d++) {
        const times = work[d * dimensions + pivot]!;
        if (d === pivot || times === 0) continue;
        for (let e = 0; e < dimensions; e++) {
          work[d * dimensions + e] = work[d * dimensions + e]! - times * work[from + e]!;
          inverse[d * dimensions + e] = inverse[d * dimensions + e]! - times * inverse[from + e]!;
        }
      }
    }
  }
}
