import { flatState } from '../flatState';

/** How much a new record counts among the earlier ones, at first and in the end; and how far one may move a tail. */
const [settling, rate, mostStep] = [50, 0.0003, 0.3];
/** No tail is longer than so many normal ones. */
const longest = 1e6;

/** Of normally distributed values, `part` lies further out than so many deviations. */
interface NormalTail {
  readonly part: number;
  readonly deviations: number;
}

/**
 * How much longer the tails of each value are than those of normal ones. Of a metric that is 0 nearly always, or that comes
 * in bursts, values lie many mean deviations out again and again; counted in units of its own tail, what lies three
 * deviations out is as rare as it is of normal ones, and no metric drowns the others.
 *
 * The place that so few values lie beyond is followed by stochastic approximation (Robbins and Monro 1951), of runs of far
 * values by their first ones alone, as exceedances are declustered in series that hang together (Leadbetter, "Extremes and
 * local dependence in stationary sequences", 1983): an event that lasts is not to become usual before it ends.
 */
export class Tails {
  /** of each value how many normal tails its own is long, 1 or more, and whether the latest lay beyond; then the records seen */
  private readonly memory: Float64Array;

  /** @param normal where tails are compared */
  constructor(
    private readonly dimensions: number,
    private readonly normal: NormalTail,
    state?: readonly number[],
  ) {
    this.memory = flatState('tails', 2 * dimensions + 1, state);
    if (state === undefined) this.memory.fill(1, 0, dimensions);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.memory];
  }

  get byteLength(): number {
    return this.memory.byteLength;
  }

  /**
   * Divides values by how long their tails are, and then learns them.
   * @param values in deviations
   * @param furthest the values that it gives lie no further from 0
   */
  take(values: Float64Array, furthest: number): void {
    const { dimensions, memory, normal } = this;
    const seen = ++memory[2 * dimensions]!;
    const step = Math.min(mostStep, Math.max(rate, 1 / (seen + settling)) / normal.part);
    for (let d = 0; d < dimensions; d++) {
      const length = memory[d]!;
      const value = values[d]! / length;
      const isBeyond = Math.abs(value) > normal.deviations ? 1 : 0;
      const counts = isBeyond === 1 && memory[dimensions + d] === 0 ? 1 : 0;
      memory[d] = Math.min(longest, Math.max(1, length * (1 + step * (counts - normal.part))));
      memory[dimensions + d] = isBeyond;
      values[d] = Math.min(furthest, Math.max(-furthest, value));
    }
  }
}
