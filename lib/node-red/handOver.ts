import type { Node } from 'node-red';
import { NotHandedOver } from '../delivery/NotHandedOver';
import { someOf } from '../records/alongside';
import type { Message, RecordInMessage } from '../records/messageProperty';
import { failRecord, recordsOf, type Send } from './onInput';

/**
 * Hands the records of a message to a service, all at once, and sends the message on when they are answered: with the
 * records that the service took and, in `property`, its answers. In a batch a record that was not taken is reported to
 * the Catch nodes in a message of its own; a single record's error goes to the caller and so to `done`. Never settles when
 * the node is closed before the service has answered: a message that counted as done would not come again.
 * @param take resolves with the answer to one record; rejects with NotHandedOver when the node is closed before
 */
export async function handOver<A extends object>(
  node: Node,
  msg: Message,
  send: Send,
  property: string,
  take: (item: RecordInMessage) => Promise<A>,
): Promise<void> {
  const items = recordsOf(msg);
  const answerTo = (item: RecordInMessage) => take(item).catch(unlessClosed);
  if (items[0]?.index === -1) {
    msg[property] = await answerTo(items[0]);
    return send(msg);
  }
  const answers = await Promise.all(
    items.map((item) => answerTo(item).catch((error: unknown) => failRecord(node, item, error))),
  );
  const taken = items.map(({ index }) => index).filter((index) => answers[index] !== undefined);
  if (taken.length === 0) return;
  Object.assign(msg, someOf(msg, taken), { [property]: taken.map((index) => answers[index]) });
  send(msg);
}

function unlessClosed(error: unknown): Promise<never> {
  return error instanceof NotHandedOver ? new Promise(() => undefined) : Promise.reject(error as Error);
}
