import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { parseFeedback } from '../detection/feedback/feedbackCommand';
import type { ReviewedIncident } from '../detection/feedback/Feedback';
import { RecordError } from '../records/RecordError';

/** What somebody may say something about: the incidents of a node, the latest first. */
type Incidents = () => readonly ReviewedIncident[];

/** More than that nobody looks through in a dialog. */
const mostShown = 50;
/** By the editor's server, as tests start several. */
const offered = new WeakMap<object, Map<string, Incidents>>();

/**
 * Opens the way by which people say in the editor whether incidents of a node were relevant: `GET streamcut/feedback/<node>`
 * lists the latest, or gives null for a node that is not running; `POST` takes what else stands in `msg.feedback`, as JSON,
 * and hands it to the node as such a message, so that it takes the same way as any other. Both ask for the editor's
 * permissions `streamcut.read` and `streamcut.write`. A type of node with such incidents calls it when it is registered,
 * since dialogs are opened before any node was ever deployed.
 */
export function serveFeedback(RED: NodeAPI): void {
  nodesOf(RED);
}

/** Lets people say something of the incidents of this node, for as long as it runs. */
export function offerFeedback(RED: NodeAPI, node: Node, incidents: Incidents): void {
  const nodes = nodesOf(RED);
  nodes.set(node.id, incidents);
  node.on('close', () => {
    if (nodes.get(node.id) === incidents) nodes.delete(node.id);
  });
}

function nodesOf(RED: NodeAPI): Map<string, Incidents> {
  const { httpAdmin, auth } = RED;
  let nodes = offered.get(httpAdmin);
  if (nodes) return nodes;
  const known = (nodes = new Map<string, Incidents>());
  offered.set(httpAdmin, known);
  const path = '/streamcut/feedback/:node';

  httpAdmin.get(path, auth.needsPermission('streamcut.read'), ({ params }, response) => {
    const incidents = known.get(String(params.node));
    // No error: a dialog may well be open before its node was ever deployed.
    response.json(incidents ? incidents().slice(0, mostShown) : null);
  });

  httpAdmin.post(path, auth.needsPermission('streamcut.write'), (request, response) => {
    const id = String(request.params.node);
    const incidents = known.get(id);
    // Another site could send a form without asking, but no JSON.
    if (!request.is('application/json')) return void response.sendStatus(415);
    try {
      const { incident } = parseFeedback(request.body);
      if (!incidents?.().some((each) => each.id === incident)) return void response.sendStatus(404);
      const message: object = { feedback: request.body as unknown };
      RED.nodes.getNode(id).receive(message as NodeMessageInFlow);
      return void response.sendStatus(204);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      return void response.status(400).json({ message: error.message });
    }
  });
  return nodes;
}
