/** The latest value of each name that there was, and when it came. */
export class LatestValues {
  /** the values; how many records there were; the times of the values in ms, NaN of those that never came */
  private readonly memory: Float64Array;

  /**
   * @param state what `state` gave, or the part of it without times, as there were none once
   * @param time of all values of a state without times, ms since the epoch
   */
  constructor(
    private readonly dimensions: number,
    state?: readonly number[],
    time = NaN,
  ) {
    this.memory = new Float64Array(2 * dimensions + 1).fill(time, dimensions + 1);
    if (state) this.memory.set(state);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.memory];
  }

  get byteLength(): number {
    return this.memory.byteLength;
  }

  /** Records so far. */
  get seen(): number {
    return this.memory[this.dimensions]!;
  }

  /** @returns value `d` and its time, ms since the epoch; NaN where it never came */
  of(d: number): { readonly time: number; readonly value: number } {
    const time = this.memory[this.dimensions + 1 + d]!;
    return { time, value: Number.isNaN(time) ? NaN : this.memory[d]! };
  }

  /** Takes in a record; what is NaN in it is left out. */
  learn(time: number, record: Float64Array): void {
    const { dimensions, memory } = this;
    memory[dimensions]!++;
    record.forEach((value, d) => {
      if (Number.isNaN(value)) return;
      const at = dimensions + 1 + d;
      memory[d] = value;
      if (!(memory[at]! > time)) memory[at] = time;
    });
  }
}
