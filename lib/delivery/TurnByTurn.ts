/**
 * When nodes that queue messages and do not say done for them are done with what they got. The core switch node is one: it
 * handles one message in each turn of the event loop. So each is given a turn, in the order in which they came.
 */
export class TurnByTurn {
  private readonly waiting = new WeakMap<object, (() => void)[]>();

  /** Call it when the node has just got something. @param done called after the node's turn for it */
  add(node: object, done: () => void): void {
    const queue = this.waiting.get(node);
    if (queue) queue.push(done);
    else {
      this.waiting.set(node, [done]);
      this.nextTurn(node);
    }
  }

  /** The node asks for its next turn before this does, and so has had it when this comes. */
  private nextTurn(node: object): void {
    setImmediate(() => {
      const queue = this.waiting.get(node)!;
      queue.shift()!();
      if (queue.length > 0) this.nextTurn(node);
      else this.waiting.delete(node);
    });
  }
}
