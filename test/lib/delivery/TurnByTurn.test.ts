import assert from 'node:assert/strict';
import { TurnByTurn } from '../../../lib/delivery/TurnByTurn';

/** Handles the first message at once and each further one a turn later, as the core switch node does. */
class Queueing {
  readonly handled: number[] = [];
  private readonly queue: number[] = [];
  private busy = false;

  take(message: number): void {
    this.queue.push(message);
    if (!this.busy) this.handle();
  }

  private handle(): void {
    const message = this.queue.shift();
    this.busy = message !== undefined;
    if (message === undefined) return;
    this.handled.push(message);
    setImmediate(() => this.handle());
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the turns of nodes that queue messages and do not say done', () => {
  it('counts a message as done in its order, and not before the node has handled it', async () => {
    const [turns, node] = [new TurnByTurn(), new Queueing()];
    const done: number[] = [];
    const early: number[] = [];
    const send = (message: number) => {
      node.take(message);
      turns.add(node, () => {
        if (!node.handled.includes(message)) early.push(message);
        done.push(message);
      });
    };
    for (const message of [1, 2, 3, 4]) send(message);
    assert.deepEqual([node.handled, done], [[1], []]);
    await turn();
    for (const message of [5, 6]) send(message);
    for (let turns = 0; turns < 8; turns++) await turn();
    send(7);
    for (let turns = 0; turns < 2; turns++) await turn();
    assert.deepEqual(done, [1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(early, []);
  });

  it('gives each node turns of its own', async () => {
    const turns = new TurnByTurn();
    const done: string[] = [];
    const [one, other] = [{}, {}];
    turns.add(one, () => done.push('one 1'));
    turns.add(one, () => done.push('one 2'));
    turns.add(other, () => done.push('other 1'));
    await turn();
    assert.deepEqual(done, ['one 1', 'other 1']);
    await turn();
    assert.deepEqual(done, ['one 1', 'other 1', 'one 2']);
  });
});
