import type { Flight } from './Flight';

/** What a node does for a message in more than one turn of the event loop. While it lasts the message is not held. */
export class Work {
  /**
   * @param flight of the message; undefined for one that is not followed
   * @param receiving what is being received right now, the innermost last
   * @param clock a monotonic clock, ms
   */
  constructor(
    private readonly flight: Flight | undefined,
    private readonly receiving: (Flight | undefined)[],
    private readonly clock: () => number,
  ) {
    flight?.waitFor();
  }

  /**
   * Does a part of it, as if the message were just being received: what is sent meanwhile comes of it.
   * @returns false when the message was called back: then nothing is done
   */
  goOn(part: () => void): boolean {
    if (this.flight?.calledBack) return false;
    this.receiving.push(this.flight);
    try {
      part();
    } finally {
      this.receiving.pop();
    }
    return true;
  }

  /** To be called once: there is nothing more to do. */
  end(): void {
    this.flight?.waitNoMore(this.clock());
  }
}
