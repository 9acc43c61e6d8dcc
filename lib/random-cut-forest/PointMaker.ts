import { heldRecords, type ForestState } from './ForestState';
import { relative } from './relative';

/**
 * Makes points of records: puts each record behind its predecessors in the shingle, and counts its values from an origin.
 *
 * Cuts do not care where the data lie, float32 does: of 100,000,000.5 it keeps 100,000,000. So each dimension is counted
 * from the median of its first records, which one odd record among them does not move, and which are held until then.
 */
export class PointMaker {
  constructor(private readonly state: ForestState) {}

  /** Whether the next record makes a point that the trees can take. */
  get hasBegun(): boolean {
    const { seen, options } = this.state;
    return seen >= heldRecords && seen >= options.shingleSize - 1;
  }

  /**
   * Puts the point that the record at `records[from]` completes at `points[at]`.
   * @param isNext whether the point of the record before lies in front of it; otherwise it is the latest one learned
   */
  put(records: ArrayLike<number>, from: number, points: Float32Array, at: number, isNext: boolean): void {
    const { origin, shingle, stride, width } = this.state;
    const { length: dimensions } = origin;
    const first = width - dimensions;
    if (isNext) for (let d = 0; d < first; d++) points[at + d] = points[at - stride + dimensions + d]!;
    else for (let d = 0; d < first; d++) points[at + d] = shingle[d]!;
    for (let d = 0; d < dimensions; d++) points[at + first + d] = relative(records[from + d]!, origin[d]!);
    for (let d = width; d < stride; d++) points[at + d] = 0;
  }

  /** Puts a shingle that is given at the front of `points`. */
  putWhole(values: ArrayLike<number>, points: Float32Array): void {
    const { origin, stride, width } = this.state;
    for (let d = 0; d < width; d++) points[d] = relative(values[d]!, origin[d % origin.length]!);
    for (let d = width; d < stride; d++) points[d] = 0;
  }

  /** Remembers the records of the point at `points[at]` for the next point. */
  remember(points: Float32Array, at: number): void {
    const { origin, shingle, width } = this.state;
    for (let d = 0; d < width - origin.length; d++) shingle[d] = points[at + origin.length + d]!;
  }

  /**
   * Holds one of the first records back.
   * @param index how many came before it
   * @returns whether it is the last of them, so that the origin is known
   */
  hold(record: ArrayLike<number>, index: number): boolean {
    const { held, origin } = this.state;
    for (let d = 0; d < origin.length; d++) held[index * origin.length + d] = record[d]!;
    if (index < heldRecords - 1) return false;
    const values = new Float64Array(heldRecords);
    for (let d = 0; d < origin.length; d++) {
      for (let i = 0; i < heldRecords; i++) values[i] = held[i * origin.length + d]!;
      origin[d] = values.sort()[heldRecords >> 1]!;
    }
    return true;
  }
}
