type Task = () => void | Promise<void>;

/**
 * Keeps the order of messages in a node that takes some of them off the main thread. A task runs at once when nothing is
 * under way, and otherwise after those that came before it.
 */
export class Lane {
  private tail: Promise<void> = Promise.resolve();
  private underWay = 0;

  /** @param limit how many tasks may be under way or waiting */
  constructor(private readonly limit: number) {}

  get isFull(): boolean {
    return this.underWay >= this.limit;
  }

  /** Settles as the task does; a failed task does not hold up those behind it. */
  run(task: Task): void | Promise<void> {
    const result = this.underWay === 0 ? task() : this.tail.then(task);
    if (!(result instanceof Promise)) return;
    this.underWay++;
    const leave = () => void this.underWay--;
    this.tail = result.then(leave, leave);
    return result;
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    while (this.underWay > 0) await this.tail;
  }
}
