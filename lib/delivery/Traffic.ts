/** What is under way from one source or through one flow: see FlowTracker. */
export interface Journey {
  /** Resolves when the flow is done with the message, with its error if it has one; never when it is lost or called back. */
  readonly done: Promise<unknown>;
  /** Names of the nodes that have the message now. */
  holders(): string[];
  /** Lets no copy of the message be delivered any more. */
  callBack(): void;
}

/**
 * The messages on their way through a flow, apart from what lies with a node that hands it to the outside world, such as
 * a notification that waits for its service: nothing that the flow remembers depends on those any more.
 */
export class Traffic {
  private readonly journeys = new Set<Journey>();
  private readonly whenQuiet = new Set<() => void>();
  private deliveries = 0;
  /** A delivery has ended since this was last looked at. */
  private moving = false;

  /** @param isOutlet whether a node, by its id, hands messages to the outside world and to nothing that remembers */
  constructor(private isOutlet: (node: string) => boolean = () => false) {}

  setOutlets(ids: ReadonlySet<string>): void {
    this.isOutlet = (node) => ids.has(node);
  }

  /** No message is on its way to a node that might remember it. */
  get isQuiet(): boolean {
    return this.deliveries === 0;
  }

  /** All messages that are not done, those with outlets included. */
  get underWay(): readonly Journey[] {
    return [...this.journeys];
  }

  /**
   * Resolves with true once the traffic is quiet, with false after `ms` milliseconds. A process that was held up for that
   * long is given the time anew: its nodes had none.
   * @param renewals how often the time is also given anew to traffic that moves: some delivery has ended in it
   */
  quiet(ms: number, renewals = 0): Promise<boolean> {
    if (this.isQuiet) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (quiet: boolean) => {
        clearTimeout(timer);
        this.whenQuiet.delete(onQuiet);
        resolve(quiet);
      };
      const onQuiet = () => settle(true);
      let left = renewals;
      this.moving = false;
      let due = performance.now() + ms;
      const onTime = () => {
        const now = performance.now();
        const heldUp = now >= due + ms / 2;
        if (!heldUp && (!this.moving || left-- === 0)) return settle(false);
        this.moving = false;
        due = now + ms;
        timer = setTimeout(onTime, ms);
      };
      let timer = setTimeout(onTime, ms);
      this.whenQuiet.add(onQuiet);
    });
  }

  /** Calls everything back that is under way. */
  clear(): void {
    for (const journey of this.journeys) journey.callBack();
  }

  began(journey: Journey): void {
    this.journeys.add(journey);
  }

  ended(journey: Journey): void {
    this.journeys.delete(journey);
  }

  /** Whether a delivery to this node keeps the traffic from being quiet. */
  counts(node: string): boolean {
    return !this.isOutlet(node);
  }

  /** A delivery that counts has begun. */
  entered(): void {
    this.deliveries++;
  }

  /** Deliveries that count have ended. */
  left(count = 1): void {
    this.deliveries -= count;
    this.moving = true;
    if (count === 0 || this.deliveries > 0) return;
    for (const quiet of [...this.whenQuiet]) quiet();
  }
}
