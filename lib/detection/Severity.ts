import { histogramLength, levelsOfHistogram } from './severityHistogram';

/** A rung for every half factor ten: the scores that one record in 3, 10, 32, 100 … 10,000 reaches. */
const rungs = 8;
const top = rungs - 1;
const perRung = 12.5;
const shares = Float64Array.from(
  [0.1, 0.01, 0.001, 0.0001].flatMap((share) => [share * Math.sqrt(10), share]),
);
/** Where the rungs of a series stand that has no history of its own yet, on the scale of RANDOM_CUT_FOREST; as sure as so many records. */
const usual = { levels: [0.95, 1.2, 1.45, 1.75, 2.05, 2.4, 2.75, 3.1], records: 40 };
/** A rung that too few records have reached yet moves by this part of its unit, at most. */
const mostRate = 0.7;
/** No unit is smaller than this part of the whole ladder, or a rung in a heap of equal scores would stand still. */
const leastUnit = 0.03;
/** A score further above the lowest rung than the others spread, by this factor, is an anomaly for certain, and counts so much. */
const gross = { spreads: 1.75, weight: 0.1 };
/** Scores closer than this are the same. */
const leastGap = 0.001;
/** A gap that no record has told of yet is taken for this much wider than the one below. */
const usualGrowth = 1.1;
/** So many rungs above the lowest, one of exponential scores in 100,000 would lie. */
const farOut = 9;

/** From this severity on a record is called an anomaly: one in 1,000 of a series in which nothing is wrong. */
export const anomalySeverity = 75;

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
 * Between these it is linear in the logarithm. It is read from a ladder: eight scores that one record in 3 to one in
 * 10,000 reaches, each followed by stochastic approximation (Robbins and Monro 1951). A record that reaches a rung lifts
 * it, one that does not lets it sink by as much less as such records are more, so that it can rest only where the share
 * above is the one of the table. This holds whatever the distribution, with equal scores, and while scores hang together or
 * drift (Gibbs and Candès, "Adaptive conformal inference under distribution shift", 2021), where a fitted tail would have
 * to be of the right family. A rung too rare to know yet follows the one below.
 *
 * How far a score lies above a rung does not matter, so one extreme score moves little, and what is far beyond the ladder
 * even less. Only the top rung counts such scores in full, and nothing below goes by it, so that 100 is as rare as the others
 * in heavy tails, too. What lasts is usual in the end: after a change for good, a few dozen records later. Memory: 100 bytes.
 * Only the four operations are used, so it is the same on every platform.
 */
export class Severity {
  /** how many numbers `state` gives */
  static readonly numbers = rungs + 2;

  private readonly levels = Float64Array.from(usual.levels);
  private seen = 0;

  /** @param memory records after which a score counts 1/e of a new one */
  constructor(private readonly memory = 10_000) {}

  /**
   * A Severity that goes on where the one that gave `state` stood. From a histogram, as it was kept before, it takes over
   * what that tells.
   * @throws RangeError when it is no such state
   */
  static from(state: readonly number[]): Severity {
    if (state.length === histogramLength && state.every(Number.isFinite)) {
      const { memory, seen, levels } = levelsOfHistogram(state, shares, usual.levels);
      return Severity.from([memory, seen, ...levels]);
    }
    const [memory, seen, ...levels] = state;
    if (
      !state.every(Number.isFinite) ||
      levels.length !== rungs ||
      !levels.every((level, k) => k === 0 || level > levels[k - 1]!)
    ) {
      throw new RangeError(
        `the state of a severity must be ${Severity.numbers} finite numbers, the last ${rungs} rising`,
      );
    }
    const severity = new Severity(memory);
    severity.seen = seen!;
    severity.levels.set(levels);
    return severity;
  }

  /** Everything it knows, for `from`. */
  state(): number[] {
    return [this.memory, this.seen, ...this.levels];
  }

  /**
   * @param sure what part counts of how far the score lies above the lowest rung: 1, or less where scores are only beginning
   * to tell how far out they may lie
   * @returns 0 to 100, to one decimal
   */
  of(score: number, sure = 1): number {
    const { levels } = this;
    const lowest = levels[0]!;
    const counted = sure < 1 && score > lowest ? lowest + sure * (score - lowest) : score;
    if (counted >= levels[top]!) return 100;
    let k = 0;
    while (counted >= levels[k]!) k++;
    // Below the ladder it goes on as between its first two rungs.
    const from = Math.max(0, k - 1);
    const part = (counted - levels[from]!) / (levels[from + 1]! - levels[from]!);
    return Math.max(0, Math.round(10 * perRung * (from + 1 + part)) / 10);
  }

  /**
   * Whether a score lies further out than a rung above the ladder for one record in 100,000 would, were all rungs as far apart
   * as the lowest two, which incidents hardly move. In tails as heavy as scores have while nothing is wrong, that is beyond
   * the top rung.
   */
  isFarOut(score: number): boolean {
    const { levels } = this;
    return score >= levels[0]! + farOut * (levels[1]! - levels[0]!);
  }

  /** Takes a score into the history. */
  learn(score: number): void {
    const { levels } = this;
    this.seen++;
    const everSeen = this.seen + usual.records;
    const records = Math.min(this.memory, everSeen);
    // Of all rungs but the top one, which follows extreme scores.
    const spread = levels[top - 1]! - levels[0]!;
    const reached = score >= levels[0]! + gross.spreads * spread ? gross.weight : 1;

    // Of the rung below: where it was, how far it went, and the gap under it. Below the first there is none to follow.
    let below = levels[0]! - (levels[1]! - levels[0]!);
    let belowWas = below;
    let gapBelow = Infinity;
    for (let k = 0; k < rungs; k++) {
      const was = levels[k]!;
      const gap = was - belowWas;
      const gapAbove = k + 1 < top ? levels[k + 1]! - was : gap;
      const unit = Math.max(leastUnit * spread, (gap + gapAbove) / 2);
      const known = records * shares[k]!;
      const counted = score < was ? 0 : k === top ? 1 : reached;
      const step = unit * Math.min(mostRate, 1 / known) * (counted - shares[k]!);
      let now = was + step;
      if (k > 0) {
        now += (below - belowWas) / (1 + known);
        // Until two have reached it, a rung has little but the one below to go by.
        if (k > 1) now += Math.max(0, 2 / everSeen - shares[k]!) * (below + usualGrowth * gapBelow - now);
        gapBelow = Math.max(leastGap, now - below);
        now = below + gapBelow;
      }
      levels[k] = now;
      below = now;
      belowWas = was;
    }
  }
}
