/** Numbers that it keeps. */
export const levelLength = 5;
const [now, nimble, steady, nimbleError, steadyError] = [0, 1, 2, 3, 4];

/** What stays higher or lower becomes the level within this time, ms, of one that follows soon and of one that takes its time. */
const nimbleTime = 6 * 3_600_000;
const steadyTime = 48 * 3_600_000;

/** In a mean square an error counts as at most so many usual ones, so that an event does not decide between the means. */
const mostCounted = 2;

/**
 * The level of a series, by whichever of two means was less wrong: one over hours, for a series that wanders, and one over
 * days, for one that does not. There a week-end or an event of some hours moves it but little.
 */
export class Level {
  /** @param memory `levelLength` numbers; the first may be a level that is known */
  constructor(private readonly memory: Float64Array) {}

  get value(): number {
    return this.memory[now]!;
  }

  moveTo(value: number): void {
    const { memory } = this;
    memory[now] = memory[nimble] = memory[steady] = value;
  }

  /**
   * @param since ms since the value before
   * @param rate how much one value tells of which mean is less wrong, 0 to 1
   */
  follow(value: number, since: number, rate: number): void {
    const { memory } = this;
    const [offNimble, offSteady] = [value - memory[nimble]!, value - memory[steady]!];
    this.judge(nimbleError, offNimble, rate);
    this.judge(steadyError, offSteady, rate);
    memory[nimble] = memory[nimble]! + (since / (nimbleTime + since)) * offNimble;
    memory[steady] = memory[steady]! + (since / (steadyTime + since)) * offSteady;
    memory[now] = memory[steadyError]! < memory[nimbleError]! ? memory[steady]! : memory[nimble]!;
  }

  private judge(error: number, off: number, rate: number): void {
    const { memory } = this;
    const most = memory[error] === 0 ? Infinity : mostCounted * mostCounted * memory[error]!;
    memory[error] = memory[error]! + rate * (Math.min(off * off, most) - memory[error]!);
  }
}
