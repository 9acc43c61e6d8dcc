/** A rate measured over at least so many milliseconds: shorter spans jump with every call. */
const span = 1000;

/** How fast a counter grows, read now and then. */
export class SendRate {
  private since: number;
  private base: number;
  private latest = 0;

  /**
   * @param counter only grows
   * @param now milliseconds
   */
  constructor(
    private readonly counter: () => number,
    private readonly now: () => number,
  ) {
    this.since = now();
    this.base = counter();
  }

  /** Whole counts per second over the last second or so. */
  perSecond(): number {
    const elapsed = this.now() - this.since;
    if (elapsed < span) return this.latest;
    this.latest = Math.round(((this.counter() - this.base) / elapsed) * 1000);
    this.since = this.now();
    this.base = this.counter();
    return this.latest;
  }
}
