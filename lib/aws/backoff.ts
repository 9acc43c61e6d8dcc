export interface BackoffOptions {
  /** the longest first wait, in milliseconds */
  readonly base: number;
  /** the longest wait of all, in milliseconds */
  readonly cap: number;
  /** a number from 0 up to 1; Math.random otherwise */
  readonly random?: () => number;
}

/**
 * How long to wait before the next try: exponential, capped, with full jitter, which spreads clients that failed
 * together best (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export class Backoff {
  private failures = 0;

  constructor(private readonly options: BackoffOptions) {}

  /** Milliseconds to wait after one more failure. */
  next(): number {
    const { base, cap, random = Math.random } = this.options;
    return Math.floor(random() * Math.min(cap, base * 2 ** this.failures++));
  }

  /** Something got through: the next failure counts as the first. */
  reset(): void {
    this.failures = 0;
  }
}
