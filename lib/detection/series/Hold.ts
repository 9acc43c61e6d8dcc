import { flatState } from '../flatState';

/** Records for which something strange, once told, is not told again. */
const records = 60;
/** Unless it gets so many times stranger. */
const margin = 1.25;

/**
 * A strange thing is told once: a score is news only if it stands out from every score of late. Bursts of strange records
 * are one event to those who are to look into it.
 */
export class Hold {
  /** the latest scores, in a ring; then how many there were */
  private readonly memory: Float64Array;

  constructor(state?: readonly number[]) {
    this.memory = flatState('a hold', records + 1, state);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.memory];
  }

  /** Takes the score of the next record in. @returns whether it is news */
  take(score: number): boolean {
    const { memory } = this;
    let highest = 0;
    for (let i = 0; i < records; i++) if (memory[i]! > highest) highest = memory[i]!;
    memory[memory[records]!++ % records] = score;
    return score > margin * highest;
  }
}
