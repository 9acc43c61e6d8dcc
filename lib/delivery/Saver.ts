/**
 * Saves now and then, never twice at once. A save that fails is tried again at the next turn and reported once, until one
 * has succeeded.
 */
export class Saver {
  private readonly timer: NodeJS.Timeout;
  private running: Promise<void> | undefined;
  private reported = false;

  /** @param interval milliseconds */
  constructor(
    private readonly save: () => Promise<void>,
    private readonly onError: (error: unknown) => void,
    interval: number,
  ) {
    this.timer = setInterval(() => void this.run(), interval);
    this.timer.unref();
  }

  /** Saves a last time. Never rejects. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
    this.reported = false;
    await this.run();
  }

  private run(): Promise<void> {
    this.running ??= this.save()
      .then(
        () => void (this.reported = false),
        (error: unknown) => {
          if (!this.reported) this.onError(error);
          this.reported = true;
        },
      )
      .finally(() => (this.running = undefined));
    return this.running;
  }
}
