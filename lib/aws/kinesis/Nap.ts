import type { Timing } from './timing';

/**
 * The wait of a loop between two looks, which news ends. News that comes while a look is under way may have come too late
 * for that look, and so lets the next one follow at once.
 */
export class Nap {
  private news = new AbortController();

  constructor(private readonly timing: Pick<Timing, 'sleep'>) {}

  /** A look begins, which sees all that has happened so far. */
  forgetNews(): void {
    this.news = new AbortController();
  }

  /** Ends the wait, or the one to come. */
  disturb(): void {
    this.news.abort();
  }

  /** Waits `ms` milliseconds, but no longer than until it is disturbed or the signal is aborted. */
  async take(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const end = () => this.disturb();
    signal.addEventListener('abort', end, { once: true });
    await this.timing.sleep(ms, this.news.signal);
    signal.removeEventListener('abort', end);
  }
}
