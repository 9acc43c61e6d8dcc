import type { Journey, Traffic } from './Traffic';

/** The part of a node of Node-RED that decides whether it will ever say done. */
export interface Receiver {
  readonly type: string;
  readonly name?: string;
  /** Handlers that take three arguments and so promise to call done. */
  readonly _expectedDoneCount?: number;
  readonly _inputCallback?: unknown;
  readonly _inputCallbacks?: unknown;
}

/** Deliveries to one node that are not finished. */
interface Open {
  count: number;
  readonly node: Receiver;
  /** in the traffic, see there */
  readonly counts: boolean;
}

export interface FlightOptions {
  /** milliseconds without any activity after which the message counts as done */
  readonly hold: number;
  /** told when that happens, with the name of the node that never finished */
  readonly onHeld: (holder: string) => void;
  /**
   * told when a deploy stopped a node that had the message, so that it will never be processed. Whoever sends it again
   * calls its journey back, or other nodes would pass on copies of both
   */
  readonly onLost: () => void;
}

/** One message on its way, with all its copies: who has them, and whether any is left. */
export class Flight implements Journey {
  readonly done: Promise<unknown>;
  /** the first error that a node ended the message with itself, not one that came of it */
  error: unknown;
  /** Sends whose receiving node was not to be found. */
  unrouted = 0;
  /** A node that was being stopped took the message with it. */
  lost = false;
  /** No copy may be delivered any more. */
  calledBack = false;
  /** deliveries that wait for a barrier at a node's door, or that a node works at for more than one turn */
  private waiting = 0;
  /** deliveries that are not finished, by the receiving node's id */
  private readonly open = new Map<string, Open>();
  /** the sending itself, and all deliveries that are not finished */
  private outstanding = 1;
  private finish!: (error: unknown) => void;

  /**
   * @param epoch of the traffic's barrier, for all its copies
   * @param lastActivity when something happened to it last, ms on the tracker's clock
   * @param onCallBack told once, when it is called back
   */
  constructor(
    readonly id: string,
    readonly traffic: Traffic,
    readonly epoch: number,
    readonly options: FlightOptions,
    private lastActivity: number,
    private readonly onCallBack: () => void,
  ) {
    this.done = new Promise((resolve) => (this.finish = resolve));
    traffic.began(this);
    traffic.entered(epoch);
  }

  holders(): string[] {
    return [...this.open.values()].map(({ node }) => node.name || node.type);
  }

  callBack(): void {
    if (this.calledBack) return;
    this.calledBack = true;
    this.abandon();
    this.onCallBack();
  }

  /** A copy is delivered to a node. */
  deliver(id: string, node: Receiver, now: number): void {
    this.outstanding++;
    this.lastActivity = now;
    let entry = this.open.get(id);
    if (!entry) {
      entry = { count: 0, node, counts: this.traffic.counts(id) };
      this.open.set(id, entry);
    }
    entry.count++;
    if (entry.counts) this.traffic.entered(this.epoch);
  }

  /**
   * Holds a delivery back until the barrier lets it in, if it has to wait for that.
   * @param enter lets it in, where it is refused if it has been called back meanwhile
   * @param now the time then
   * @returns false when there is nothing to wait for
   */
  waits(id: string, enter: () => void, now: () => number): boolean {
    const { barrier } = this.traffic;
    if (!barrier.stops(id, this.epoch)) return false;
    this.waitFor();
    barrier.hold(() => {
      this.waitNoMore(now());
      enter();
    });
    return true;
  }

  /** From now on it is not idle, however long nothing happens to it: it is known what it waits for. */
  waitFor(): void {
    this.waiting++;
  }

  /** Ends one such time. */
  waitNoMore(now: number): void {
    this.waiting--;
    this.lastActivity = now;
  }

  /** Ends one delivery. @returns false where none was open: a node that says done twice, or unasked, changes nothing */
  close(id: string, now: number): boolean {
    const entry = this.open.get(id);
    if (!entry) return false;
    if (entry.counts) this.traffic.left(this.epoch);
    if (--entry.count === 0) this.open.delete(id);
    this.lastActivity = now;
    return true;
  }

  /** The sending is over. */
  sent(): void {
    this.traffic.left(this.epoch);
  }

  /** One of what was outstanding is over. @returns whether nothing is outstanding any more */
  settle(): boolean {
    return --this.outstanding <= 0;
  }

  /** Ends its part in the traffic, whatever is still open. */
  abandon(): void {
    for (const { count, counts } of this.open.values()) if (counts) this.traffic.left(this.epoch, count);
    this.open.clear();
    this.traffic.ended(this);
  }

  /** Ends it, for whoever waits for it. */
  end(): void {
    this.abandon();
    this.finish(this.error);
  }

  isIdle(now: number): boolean {
    return this.waiting === 0 && now - this.lastActivity >= this.options.hold;
  }

  /** Whether a node has it that is not there any more. */
  isHeldBesides(findNode: (id: string) => unknown): boolean {
    for (const [id, { node }] of this.open) if (findNode(id) !== node) return true;
    return false;
  }
}
