const bins = 256;
/** Scores are at most log2(32768 + 1), so 16 covers them all. */
const highest = 16;
/** Beyond the score that one record in ten reaches, the tail is taken as exponential. */
const tail = 0.1;
const perTenfold = 25;
/** Before a series has a history of its own it is taken for one with scores like these, as if they had been seen so often. */
const usual = { threshold: 1.2, excess: 0.3, seen: 20, exceeded: 3 };
/** One score far out must not make the next one look usual. */
const mostExcess = 4;
const heavy = 1e9;

/** From this severity on a record is called an anomaly: about one in 630. */
export const anomalySeverity = 70;

/**
 * How rare a score is in its series, 0 to 100, whatever the sample size, the number of fields or the series:
 *
 * | severity | as high or higher is about one record in |
 * | -------- | ---------------------------------------- |
 * | 0        | 1                                        |
 * | 25       | 10                                       |
 * | 50       | 100                                      |
 * | 75       | 1,000                                    |
 * | 100      | 10,000 or more                           |
 *
 * Keeps a histogram of the scores, in which old ones fade. Below the 90th percentile it is read as it stands; above, there
 * are too few scores to count, so their excess over the percentile is taken as exponential with its mean (the simplest
 * form of the peaks-over-threshold method). Memory: 2 kB.
 */
export class Severity {
  private readonly counts = new Float64Array(bins);
  private total = 0;
  /** what the next score counts; grows instead of letting the old ones shrink */
  private weight = 1;
  private threshold = usual.threshold;
  private excess = usual.excess;

  /** @param memory records after which a score counts 1/e of a new one */
  constructor(private readonly memory = 10_000) {}

  /**
   * A Severity that goes on where the one that gave `state` stood.
   * @throws RangeError when it is no such state
   */
  static from(state: readonly number[]): Severity {
    if (state.length !== bins + 5 || !state.every(Number.isFinite)) {
      throw new RangeError(`the state of a severity must be ${bins + 5} finite numbers`);
    }
    const severity = new Severity(state[0]);
    severity.total = state[1]!;
    severity.weight = state[2]!;
    severity.threshold = state[3]!;
    severity.excess = state[4]!;
    severity.counts.set(state.slice(5));
    return severity;
  }

  /** Everything it knows, for `from`. */
  state(): number[] {
    const { memory, total, weight, threshold, excess, counts } = this;
    return [memory, total, weight, threshold, excess, ...counts];
  }

  /** @returns 0 to 100, to one decimal */
  of(score: number): number {
    const severity =
      score > this.threshold
        ? perTenfold * (1 + (score - this.threshold) / (this.excess * Math.LN10))
        : Math.min(perTenfold, -perTenfold * Math.log10(this.partFrom(score)));
    return Math.round(10 * Math.min(100, Math.max(0, severity))) / 10;
  }

  /** Takes a score into the history. */
  learn(score: number): void {
    const bounded = Math.min(score, this.threshold + mostExcess * this.excess);
    const bin = Math.min(bins - 1, Math.floor((bounded * bins) / highest));
    this.counts[bin] = this.counts[bin]! + this.weight;
    this.total += this.weight;
    this.weight *= 1 + 1 / this.memory;
    if (this.weight > heavy) this.scaleDown();
    this.fitTail();
  }

  /** The part of the records with this score or a higher one. */
  private partFrom(score: number): number {
    const place = (score * bins) / highest;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(place)));
    let above = this.counts[bin]! * Math.max(0, bin + 1 - place);
    for (let i = bin + 1; i < bins; i++) above += this.counts[i]!;
    // Half a record more on both sides: never none at all.
    return (above + this.weight / 2) / (this.total + this.weight / 2);
  }

  private fitTail(): void {
    const { counts, weight } = this;
    const width = highest / bins;
    const wanted = tail * this.total;
    let above = 0;
    let moment = 0;
    let bin = bins;
    while (bin > 0 && above + counts[bin - 1]! < wanted) {
      bin--;
      above += counts[bin]!;
      moment += counts[bin]! * bin;
    }
    // The percentile lies within the next bin.
    const inside = bin > 0 ? (wanted - above) / counts[bin - 1]! : 0;
    const threshold = (bin - inside) * width;
    const partial = wanted - above;
    const excess = moment * width + above * (width / 2 - threshold) + partial * ((inside * width) / 2);

    const seen = this.total / weight;
    this.threshold = (threshold * seen + usual.threshold * usual.seen) / (seen + usual.seen);
    this.excess = (excess / weight + usual.excess * usual.exceeded) / (wanted / weight + usual.exceeded);
  }

  private scaleDown(): void {
    for (let i = 0; i < bins; i++) this.counts[i] = this.counts[i]! / this.weight;
    this.total /= this.weight;
    this.weight = 1;
  }
}
