import { flatState } from '../flatState';

/** Records for which something strange, once told, is not told again. */
const records = 60;
/** Unless it gets so many times stranger. */
const margin = 1.25;

/**
 * A strange thing is told once: a score is news only if it is higher than every score of late, and much higher than what
 * was news of late. Bursts of strange records are one event to those who are to look into it; one that goes on rising is
 * told again, step by step.
 */
export class Hold {
  /** the latest scores, in a ring; those of them that were news, 0 for the others; then how many there were */
  private readonly memory: Float64Array;

  constructor(state?: readonly number[]) {
    this.memory = flatState('a hold', 2 * records + 1, state);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.memory];
  }

  /** Takes the score of the next record in. @returns whether it is news */
  take(score: number): boolean {
    const { memory } = this;
    let highest = 0;
    let told = 0;
    for (let i = 0; i < records; i++) {
      if (memory[i]! > highest) highest = memory[i]!;
      if (memory[records + i]! > told) told = memory[records + i]!;
    }
    const isNews = score > highest && score > margin * told;
    const at = memory[2 * records]!++ % records;
    memory[at] = score;
    memory[records + at] = isNews ? score : 0;
    return isNews;
  }
}
