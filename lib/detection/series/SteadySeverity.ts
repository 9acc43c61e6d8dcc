import { anomalySeverity, Severity } from '../Severity';
import { flatState } from '../flatState';

/** Of the doubtful records this part is learned at least, so that what lasts is usual in the end. */
const leastLearned = 1 / 32;
/** The part of the records that are as rare as an anomaly while nothing is wrong. */
const promised = 0.001;
/** So many rare records more than promised, and all that is doubtful is learned. */
const enough = { bursts: 80, events: 500 };
/**
 * Records after which a score counts 1/e of a new one: what a series does changes, and its scores with it. Where they waver
 * slowly, as long as the scale of the values looks back: the scores of the first thousands are higher than those to come.
 */
const memory = { bursts: 5000, events: 3000 };
/** Numbers of a state beside those of the severity. */
const own = 2;

/** What may belong to something strange: the rest of a burst that was told; or, where scores waver slowly, what is far out. */
export type Doubts = 'bursts' | 'events';

/**
 * A severity that incidents do not teach that they are usual: an outage of twenty records is one event and not twenty, or
 * the second outage would count as something that happens in one record of fifty. So of doubtful records only a part is
 * learned.
 *
 * Leaving records out makes rare what is not, in series of which high scores hang together. So the part is steered, in the
 * sense of adaptive conformal inference (Gibbs and Candès, 2021; Angelopoulos, Candès and Tibshirani, "Conformal PID control
 * for time series prediction", 2023): rare records beyond those promised raise it, an excess that is long past falls into
 * oblivion, and with all of them learned the long-run share is the promised one whatever the series. This takes weeks where
 * an incident takes hours.
 */
export class SteadySeverity {
  private readonly severity: Severity;
  /** what part of the next doubtful record is due to be learned; how many rare records there were more than promised */
  private readonly balance: Float64Array;

  /**
   * @param state what `state` gave, or what it gave while one in 32 records of a burst was learned
   * @throws RangeError when it is neither
   */
  constructor(
    state?: readonly number[],
    private readonly doubts: Doubts = 'bursts',
  ) {
    const saved = state && steered(state);
    this.balance = flatState('what is learned of bursts', own, saved?.slice(0, own));
    this.severity = saved ? Severity.from(saved.slice(own)) : new Severity(memory[doubts]);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.balance, ...this.severity.state()];
  }

  /**
   * @param sure see Severity; what is learned goes by the score itself
   * @returns 0 to 100, to one decimal
   */
  of(score: number, sure = 1): number {
    return this.severity.of(score, sure);
  }

  /** @param goesOn whether the record belongs to something strange that was told before */
  learn(score: number, goesOn: boolean): void {
    const { balance, doubts, severity } = this;
    const isRare = severity.of(score) >= anomalySeverity;
    const most = enough[doubts];
    const excess = balance[1]! + (isRare ? 1 : 0) - promised;
    balance[1] = Math.min(most, Math.max(0, excess));
    if (doubts === 'bursts' ? goesOn && isRare : severity.isFarOut(score)) {
      balance[0]! += Math.max(leastLearned, balance[1]! / most);
      if (balance[0]! < 1) return;
      balance[0]! -= 1;
    }
    severity.learn(score);
  }
}

/** A state of before began with the place of the next record of a burst in its 32, of which the first was learned. */
function steered(state: readonly number[]): readonly number[] {
  if (state.length === own + Severity.numbers) return state;
  const [place = NaN, ...severity] = state;
  return [((place + 31) % 32) * leastLearned, 0, ...severity];
}
