import type { Receiver } from './Flight';
import type { Traffic } from './Traffic';

interface Message {
  readonly traffic: Traffic;
  /** who passed it on although it was done */
  keeper?: string;
}

/** So many are remembered. */
const most = 20_000;

/**
 * The latest messages that flows were done with. A node that passes one of them on has said done before it had finished,
 * as nodes that delay or collect messages may do; nobody can know what it still keeps.
 */
export class Departed {
  private readonly messages = new Map<string, Message>();

  add(id: string, traffic: Traffic): void {
    this.messages.set(id, { traffic });
    if (this.messages.size <= most) return;
    const [oldest] = this.messages.keys();
    this.messages.delete(oldest!);
  }

  /** A message that nobody follows is on its way from one node to another. */
  seen(id: unknown, from: Receiver, to: string): void {
    const message = typeof id === 'string' ? this.messages.get(id) : undefined;
    if (!message) return;
    // What it meets on its further way only passes it on.
    message.keeper ??= from.name || from.type;
    message.traffic.strayed(message.keeper, to);
  }
}
