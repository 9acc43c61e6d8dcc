/** Quantiles of values that count differently much. Its memory grows to the largest number of values and is used again. */
export class WeightedQuantiles {
  private values = new Float64Array(256);
  private weights = new Float64Array(256);
  private order = new Uint32Array(256);
  private count = 0;
  private total = 0;
  private sorted = false;

  clear(): void {
    this.count = 0;
    this.total = 0;
  }

  /** @param weight above 0 */
  add(value: number, weight: number): void {
    if (this.count === this.values.length) this.grow();
    this.values[this.count] = value;
    this.weights[this.count] = weight;
    this.order[this.count] = this.count;
    this.count++;
    this.total += weight;
    this.sorted = false;
  }

  /**
   * The value below and above which lie `part` and 1 - `part` of the weight; the middle of two where the border falls
   * between them, so that the quantiles of mirrored values are the mirrored quantiles. NaN of nothing.
   * @param part 0 to 1; O(n log n) at first, then O(n)
   */
  at(part: number): number {
    const { count, values, weights } = this;
    if (count === 0) return NaN;
    const order = this.sortedOrder();
    const wanted = part * this.total;
    const rounding = 1e-9 * this.total;
    let sum = 0;
    for (let i = 0; i < count - 1; i++) {
      sum += weights[order[i]!]!;
      if (sum > wanted + rounding) return values[order[i]!]!;
      if (sum >= wanted - rounding) return (values[order[i]!]! + values[order[i + 1]!]!) / 2;
    }
    return values[order[count - 1]!]!;
  }

  private sortedOrder(): Uint32Array {
    const { values } = this;
    const order = this.order.subarray(0, this.count);
    if (!this.sorted) order.sort((a, b) => values[a]! - values[b]!);
    this.sorted = true;
    return order;
  }

  private grow(): void {
    const { values, weights, order } = this;
    this.values = new Float64Array(2 * values.length);
    this.weights = new Float64Array(2 * values.length);
    this.order = new Uint32Array(2 * values.length);
    this.values.set(values);
    this.weights.set(weights);
    this.order.set(order);
  }
}
