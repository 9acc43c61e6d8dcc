import type { Node, NodeMessageInFlow } from 'node-red';
import { trustDone } from '../delivery/FlowTracker';
import { alone } from '../records/alongside';
import { isBatch } from '../records/batch';
import type { Steps } from '../steps/Steps';
import type { Message, RecordInMessage } from '../records/messageProperty';
import { named } from './NodeError';

/** A message or an array of messages (or nulls) per output, as Node-RED's send takes it. */
export type Send = (msg: unknown) => void;

/** Runs `handle` for each message and calls `done` exactly once, with the error when it throws or rejects. */
export function onInput(node: Node, handle: (msg: Message, send: Send) => void | Promise<void>): void {
  trustDone(node);
  node.on('input', (msg, send, done) => {
    const finish = (error?: unknown) => done(error === undefined ? undefined : named(node, error));
    try {
      const result = handle(msg as unknown as Message, send as Send);
      if (result instanceof Promise) result.then(() => finish(), finish);
      else finish();
    } catch (error) {
      finish(error);
    }
  });
}

/** The records of a message, in order: one for a single record, one per entry for a batch. */
export function recordsOf(msg: Message): RecordInMessage[] {
  const { payload } = msg;
  if (!isBatch(payload)) return [{ msg, record: payload, index: -1 }];
  return payload.map((record, index) => ({ msg, record, index }));
}

/**
 * Applies `handle` to every record of a message. In a batch a record that throws is reported to the Catch nodes in a
 * message of its own and left out; the others go on. A single record's error goes to the caller and so to `done`.
 * @param items the records in another order
 */
export function forEachRecord(
  node: Node,
  msg: Message,
  handle: (item: RecordInMessage) => void,
  items = recordsOf(msg),
): void {
  for (const item of items) {
    if (item.index < 0) {
      handle(item);
      continue;
    }
    try {
      handle(item);
    } catch (error) {
      failRecord(node, item, error);
    }
  }
}

/** The same, for a `handle` that takes steps. */
export function* forEachRecordInSteps(
  node: Node,
  msg: Message,
  handle: (item: RecordInMessage) => Steps,
  items = recordsOf(msg),
): Steps {
  for (const item of items) {
    try {
      yield* handle(item);
    } catch (error) {
      if (item.index < 0) throw error;
      failRecord(node, item, error);
    }
  }
}

/** Reports one record of a batch to the Catch nodes, in a message of its own. */
export function failRecord(node: Node, item: RecordInMessage, error: unknown): undefined {
  node.error(named(node, error), alone(item) as unknown as NodeMessageInFlow);
}
