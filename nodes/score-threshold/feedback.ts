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
    const incidents = () => all().flatMap((opinions) => opinions.list());
    offerFeedback(RED, node, () => incidents().sort((a, b) => b.time - a.time));
  }
  return (feedback) => {
    const command = parseFeedback(feedback);
    // An incident is known where the records of its shard are judged.
    const concerned = all().find((opinions) => opinions.concerns(command)) ?? all()[0];
    if (!concerned) throw new RecordError('feedback', feedback, 'sent to a node that learns from it');
    concerned.obey(command);
  };
}
