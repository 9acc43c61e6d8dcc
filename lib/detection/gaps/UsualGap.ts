import { DecayedMoments } from '../DecayedMoments';
import { flatState } from '../flatState';

/** A gap counts as at most so many usual ones, or one outage would make long gaps usual. */
const most = 1.5;

/** How far apart in time records usually come. */
export class UsualGap {
  private readonly gaps: DecayedMoments;
  /** how many records, the time of the latest in ms */
  private readonly latest: Float64Array;

  /** @param memory records after which a gap counts 1/e of a new one */
  constructor(memory: number, state?: readonly number[]) {
    if (state !== undefined && state.length !== 5) {
      throw new RangeError('the state of a usual gap must be 5 finite numbers');
    }
    this.latest = flatState('a usual gap', 2, state?.slice(0, 2));
    this.gaps = new DecayedMoments(1, 1 / memory, state?.slice(2));
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.latest, ...this.gaps.state()];
  }

  /** Milliseconds; undefined before two records have come at different times. */
  get usual(): number | undefined {
    const mean = this.gaps.mean(0);
    return mean > 0 ? mean : undefined;
  }

  /** From the latest record to `time`, in ms; 0 for one that comes late. undefined before the first record. */
  since(time: number): number | undefined {
    return this.latest[0] === 0 ? undefined : Math.max(0, time - this.latest[1]!);
  }

  /** Takes in the time of a record, ms since the epoch. */
  learn(time: number): void {
    const gap = this.since(time);
    if (gap !== undefined && gap > 0) this.gaps.learnOne(0, Math.min(gap, most * (this.usual ?? gap)));
    this.latest[1] = this.latest[0] === 0 ? time : Math.max(time, this.latest[1]!);
    this.latest[0]!++;
  }
}
