import { anomalySeverity, Severity } from '../Severity';
import { flatState } from '../flatState';

/** Of the records of a run, one in so many is learned, so that what lasts is usual in the end. */
const learnedOfRuns = 32;

/**
 * A severity that bursts do not teach that they are usual: an outage of twenty records is one event and not twenty, or the
 * second outage would count as something that happens in one record of fifty.
 */
export class SteadySeverity {
  private readonly severity: Severity;
  /** where the next record of a run stands in its 32, of which the first is learned */
  private readonly run: Float64Array;

  /** @param state what `state` gave */
  constructor(state?: readonly number[]) {
    this.run = flatState('the records of runs', 1, state?.slice(0, 1));
    this.severity = state ? Severity.from(state.slice(1)) : new Severity();
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [this.run[0]!, ...this.severity.state()];
  }

  /** @returns 0 to 100, to one decimal */
  of(score: number): number {
    return this.severity.of(score);
  }

  /** @param goesOn whether the record belongs to something strange that was told before */
  learn(score: number, goesOn: boolean): void {
    const { run, severity } = this;
    if (goesOn && severity.of(score) >= anomalySeverity) {
      const place = run[0]!;
      run[0] = (place + 1) % learnedOfRuns;
      if (place !== 0) return;
    }
    severity.learn(score);
  }
}
