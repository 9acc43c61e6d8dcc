import type { Node, NodeStatus } from 'node-red';

const interval = 500;

/**
 * A node's status line. Shows only changes, at most one every 500 ms and always the last one: the editor queues status
 * events without limit, so a status for each message would drown it.
 */
export class Status {
  private shown = '';
  private wanted: NodeStatus = {};
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly node: Pick<Node, 'status'>) {}

  set(status: NodeStatus): void {
    this.wanted = status;
    if (this.timer) return;
    this.show();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (JSON.stringify(this.wanted) !== this.shown) this.set(this.wanted);
    }, interval);
    this.timer.unref();
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.wanted = {};
    this.show();
  }

  private show(): void {
    const next = JSON.stringify(this.wanted);
    if (next === this.shown) return;
    this.shown = next;
    this.node.status(this.wanted);
  }
}
