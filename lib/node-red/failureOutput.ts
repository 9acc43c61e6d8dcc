import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import type { Message } from '../records/messageProperty';
import { RecordError } from '../records/RecordError';
import { without } from '../records/without';
import { named } from './NodeError';
import type { Send } from './onInput';

/** Sends on what could not be processed: the message with the original payload, and why. */
export type Fail = (send: Send, msg: Message, payload: unknown, error: unknown) => void;

/**
 * The failure output of a node. Its messages hold the record as it came and `error` with `message`, `field`, `result`
 * (`ProcessingFailed`, as the services' own record processors say) and `source`. While nothing is wired to the output,
 * failures go to the Catch nodes: they must not vanish.
 * @param output counted from 0
 */
export function failureOutput(RED: NodeAPI, node: Node, output = 1): Fail {
  return (send, msg, payload, error) => {
    const failure = { ...(RED.util.cloneMessage(without(msg, 'payload')) as Message), payload };
    const reason = named(node, error);
    if (!isWired(node, output)) {
      node.error(reason, failure as unknown as NodeMessageInFlow);
      return;
    }
    const outputs: unknown[] = Array.from({ length: output }, () => null);
    send([
      ...outputs,
      {
        ...failure,
        error: {
          message: reason.message,
          ...(error instanceof RecordError ? { field: error.field } : {}),
          result: 'ProcessingFailed',
          source: { id: node.id, type: node.type, name: node.name },
        },
      },
    ]);
  };
}

function isWired(node: Node, output: number): boolean {
  const { wires } = node as Node & { wires?: readonly (readonly string[])[] };
  return (wires?.[output]?.length ?? 0) > 0;
}
