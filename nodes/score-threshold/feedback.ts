import type { Node, NodeAPI } from 'node-red';
import type { States } from '../../lib/delivery/checkpoint/States';
import { parseFeedback } from '../../lib/detection/feedback/feedbackCommand';
import { offerFeedback } from '../../lib/node-red/feedbackRoute';
import { RecordError } from '../../lib/records/RecordError';
import type { Opinions } from './Opinions';
import type { ScoreThreshold } from './ScoreThreshold';

/**
 * Lets people say what they think of the node's incidents, in the editor and by message.
 * @returns takes what a message says
 */
export function acceptFeedback(
  RED: NodeAPI,
  node: Node,
  states: States<ScoreThreshold>,
): (feedback: unknown) => void {
  const all = (): Opinions[] => states.all().flatMap(({ opinions }) => opinions ?? []);
  if (all().length > 0) {
    offerFeedback(RED, node, () => all().flatMap((opinions) => opinions.list()));
  }
  return (feedback) => {
    const command = parseFeedback(feedback);
    const [first] = all();
    if (!first) throw new RecordError('feedback', feedback, 'sent to a node that learns from it');
    // An incident is known where the records of its shard are judged, or in all that have come of the shard by splits.
    const concerned = all().filter((opinions) => opinions.concerns(command));
    for (const opinions of concerned.length > 0 ? concerned : [first]) opinions.obey(command);
  };
}
