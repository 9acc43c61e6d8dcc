/**
 * The boundary between two epochs of what goes through a flow: behind the last message that the sources sent before it, in
 * front of the first one after it. Which side a message is on, and with it each copy, is kept beside it, not in it, so that
 * nodes in between need not pass anything on. The nodes that remember finish one epoch before they begin the next: what
 * comes early to one of them waits at its door. Systems of many machines align their channels in the same way; see Carbone
 * et al., "Lightweight Asynchronous Snapshots for Distributed Dataflows", 2015.
 */
export class Barrier {
  private sources = 0;
  private members = 0;
  private readonly waiting: (() => void)[] = [];
  private isLowering = false;

  /** @param remembering ids of the nodes that remember */
  constructor(private readonly remembering: ReadonlySet<string>) {}

  /** The epoch in which sources send. */
  get sending(): number {
    return this.sources;
  }

  /** The epoch in which the nodes that remember are: that of the sources or, while the barrier is up, the one before. */
  get present(): number {
    return this.members;
  }

  get isUp(): boolean {
    return this.sources > this.members;
  }

  /** What sources send from now on comes after the barrier. */
  raise(): void {
    this.sources = this.members + 1;
  }

  /** Whether a node remembers what comes to it. */
  guards(node: string): boolean {
    return this.remembering.has(node);
  }

  /** Whether a message of an epoch must wait at a node's door: call `hold` then. */
  stops(node: string, epoch: number): boolean {
    return (epoch > this.members || this.isLowering) && this.guards(node);
  }

  /** @param enter lets the message in */
  hold(enter: () => void): void {
    this.waiting.push(enter);
  }

  /** The next epoch begins for all nodes at once. What waits goes in first, in the order in which it came. */
  lower(): void {
    this.members = this.sources;
    this.isLowering = true;
    // What enters may send on at once, to doors at which others have waited for longer.
    for (const enter of this.waiting) enter();
    this.waiting.length = 0;
    this.isLowering = false;
  }
}
