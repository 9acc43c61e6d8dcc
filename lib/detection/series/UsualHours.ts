import { flatState } from '../flatState';

const hoursOfDay = 24;
/** Hours of a week. */
const cells = 7 * hoursOfDay;
/** Weeks until what came in an hour of the week counts 1/e of what comes in it now. */
const memory = 8;

/** Where the records of each hour of the week are counted, those of them that were something, and the latest hour. */
const [records, comings, latest] = [0, cells, 2 * cells];

/**
 * How much more or less often something comes at an hour of the week than it does on average. The silence of a night is no
 * longer than a minute of the day, if nothing ever comes at night: in a time that runs as fast as things come, all waiting
 * is alike (Brown et al., "The time-rescaling theorem", Neural Computation 14, 2002).
 *
 * Of an hour of the week that has seen little, the same hour of all days tells, and of that the whole week.
 */
export class UsualHours {
  private readonly memory: Float64Array;

  /** @param state what `state` gave */
  constructor(state?: readonly number[]) {
    this.memory = flatState('the usual hours', 2 * cells + 1, state);
  }

  /** Everything it knows, for the constructor. */
  state(): number[] {
    return [...this.memory];
  }

  get byteLength(): number {
    return this.memory.byteLength;
  }

  /**
   * How many times as often as on average something comes; 1 while nothing is known.
   * @param hour of the local week, 0 to 167
   */
  pace(hour: number): number {
    const all = this.memory;
    const [seen, came] = this.counted(0, 1);
    if (came === 0) return 1;
    const average = came / seen;
    const [seenThen, cameThen] = this.counted(hour % hoursOfDay, hoursOfDay);
    const ofDay = shareOf(seenThen, cameThen, average);
    return shareOf(all[records + hour]!, all[comings + hour]!, ofDay) / average;
  }

  /** @param some whether the record is something, and not 0 */
  learn(hour: number, some: boolean): void {
    const all = this.memory;
    if (all[latest] !== hour) {
      all[records + hour]! *= 1 - 1 / memory;
      all[comings + hour]! *= 1 - 1 / memory;
      all[latest] = hour;
    }
    all[records + hour]!++;
    if (some) all[comings + hour]!++;
  }

  /** Sums up every so manyth hour. */
  private counted(from: number, step: number): [seen: number, came: number] {
    let [seen, came] = [0, 0];
    for (let hour = from; hour < cells; hour += step) {
      seen += this.memory[records + hour]!;
      came += this.memory[comings + hour]!;
    }
    return [seen, came];
  }
}

/** What part of the records is something, where so much was expected before any were seen: as sure as one that came. */
function shareOf(seen: number, came: number, expected: number): number {
  return (came + 1) / (seen + 1 / expected);
}
