/** Milliseconds that the first wait may take. */
const shortest = 100;

/**
 * How long to wait after a failure: anything up to a bound that doubles with each failure in a row. "Full jitter" keeps
 * those who failed together from coming back together:
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export class Backoff {
  private failures = 0;

  /**
   * @param longest the highest bound, in milliseconds
   * @param random uniform in [0, 1)
   */
  constructor(
    private readonly longest: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** Counts a failure. @returns milliseconds */
  next(): number {
    return this.random() * Math.min(this.longest, shortest * 2 ** this.failures++);
  }

  /** The next failure counts as the first. */
  reset(): void {
    this.failures = 0;
  }
}
