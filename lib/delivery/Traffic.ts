import { Barrier } from './Barrier';

/** What is under way from one source or through one flow: see FlowTracker. */
export interface Journey {
  /** of the traffic's barrier */
  readonly epoch: number;
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
  readonly barrier: Barrier;
  /** name of a node that has said done for messages and passed them on later to nodes that remember */
  keeper: string | undefined;
  private readonly journeys = new Set<Journey>();
  private readonly whenAligned = new Set<() => void>();
  /** deliveries that count, of epochs up to the present one */
  private present = 0;
  /** the same, of the epoch that comes after the barrier */
  private ahead = 0;
  /** A delivery of the present has ended since this was last looked at. */
  private moving = false;
  /** ids of nodes that hand messages to the outside world, and to nothing that remembers */
  private outlets: ReadonlySet<string> = new Set();

  /**
   * @param remembering ids of the nodes that remember, at which messages from behind the barrier wait
   * @param clock a monotonic clock, ms
   */
  constructor(
    remembering: ReadonlySet<string> = new Set(),
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.barrier = new Barrier(remembering);
  }

  setOutlets(ids: ReadonlySet<string>): void {
    this.outlets = ids;
  }

  /** No message from before the barrier, or none at all when it is down, is on its way to a node that might remember it. */
  get isAligned(): boolean {
    return this.present === 0;
  }

  /** All messages from before the barrier that are not done, those with outlets included. */
  get underWay(): readonly Journey[] {
    return [...this.journeys].filter(({ epoch }) => epoch <= this.barrier.present);
  }

  /**
   * Resolves with true once the traffic is aligned, with false after `ms` milliseconds. A process that was held up for that
   * long is given the time anew: its nodes had none.
   * @param renewals how often the time is also given anew to traffic that moves: some delivery has ended in it
   */
  aligned(ms: number, renewals = 0): Promise<boolean> {
    if (this.isAligned) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (aligned: boolean) => {
        clearTimeout(timer);
        this.whenAligned.delete(onAligned);
        resolve(aligned);
      };
      const onAligned = () => settle(true);
      let left = renewals;
      this.moving = false;
      let due = this.clock() + ms;
      const onTime = () => {
        const now = this.clock();
        const heldUp = now >= due + ms / 2;
        if (!heldUp && (!this.moving || left-- === 0)) return settle(false);
        this.moving = false;
        due = now + ms;
        timer = setTimeout(onTime, ms);
      };
      let timer = setTimeout(onTime, ms);
      this.whenAligned.add(onAligned);
    });
  }

  /** Lets what is behind the barrier be the present. */
  pass(): void {
    this.present += this.ahead;
    this.ahead = 0;
    this.barrier.lower();
  }

  /** Calls everything back that is under way. */
  clear(): void {
    for (const journey of this.journeys) journey.callBack();
    this.pass();
  }

  /** A message that was done has come to a node all the same. */
  strayed(keeper: string, to: string): void {
    if (this.barrier.guards(to)) this.keeper ??= keeper;
  }

  began(journey: Journey): void {
    this.journeys.add(journey);
  }

  ended(journey: Journey): void {
    this.journeys.delete(journey);
  }

  /** Whether a delivery to this node keeps the traffic from being aligned. */
  counts(node: string): boolean {
    return !this.outlets.has(node);
  }

  /** A delivery that counts has begun. */
  entered(epoch: number): void {
    if (epoch > this.barrier.present) this.ahead++;
    else this.present++;
  }

  /** Deliveries that count have ended. */
  left(epoch: number, count = 1): void {
    if (epoch > this.barrier.present) {
      this.ahead -= count;
      return;
    }
    this.present -= count;
    this.moving = true;
    if (count === 0 || this.present > 0) return;
    for (const tell of [...this.whenAligned]) tell();
  }
}
