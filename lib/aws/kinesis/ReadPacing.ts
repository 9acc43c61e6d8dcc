/** A shard gives at most five reads a second, and 2 MiB a second on average: after a larger read it refuses for a while. */
const minInterval = 200;
const bytesPerMs = (2 * 1024 * 1024) / 1000;

/**
 * When to read a shard again. Records are fetched as fast as the service's limits allow while there are any; the wait
 * doubles with every empty read at the tip of the shard, up to a bound.
 * Limits: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
 */
export class ReadPacing {
  private idle = minInterval;

  /** @param maxIdle milliseconds */
  constructor(private readonly maxIdle: number) {}

  /** Milliseconds from the start of this read to the start of the next. */
  next(read: {
    readonly bytes: number;
    readonly records: number;
    readonly millisBehindLatest: number;
  }): number {
    if (read.records > 0 || read.millisBehindLatest > 0) {
      this.idle = minInterval;
      return Math.max(minInterval, read.bytes / bytesPerMs);
    }
    const wait = this.idle;
    this.idle = Math.min(this.maxIdle, this.idle * 2);
    return wait;
  }
}
