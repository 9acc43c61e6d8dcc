const base = 200;
const cap = 20_000;

/**
 * How long to wait after a failure: anything up to a bound that doubles with each failure in a row, up to 20 s. "Full
 * jitter" spreads consumers that failed together:
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export class Backoff {
  private failures = 0;

  constructor(private readonly random: () => number) {}

  /** milliseconds */
  next(): number {
    const bound = Math.min(cap, base * 2 ** Math.min(this.failures++, 16));
    return this.random() * bound;
  }

  reset(): void {
    this.failures = 0;
  }
}
