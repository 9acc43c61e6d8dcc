import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { configIdOf } from '../delivery/identity';
import { parseFeedback } from '../detection/feedback/feedbackCommand';
import type { ReviewedIncident } from '../detection/feedback/Feedback';
import { RecordError } from '../records/RecordError';

/** A node that runs, and its incidents, of which somebody may say something. */
interface Offer {
  readonly node: Node;
  readonly incidents: () => readonly ReviewedIncident[];
}

/** By the id that the editor knows, which all instances of a subflow have in common. */
type Offers = Map<string, Set<Offer>>;

/** More than that nobody looks through in a dialog. */
const mostShown = 50;
/** By the editor's server, as tests start several. */
const offered = new WeakMap<object, Offers>();

/**
 * Opens the way by which people say in the editor whether incidents of a node were relevant: `GET streamcut/feedback/<node>`
 * lists the latest, or gives null for a node that is not running; `POST` takes what else stands in `msg.feedback`, as JSON,
 * and hands it to the node as such a message, so that it takes the same way as any other. A node of a subflow runs in each
 * instance: the list is of all of them, and a message goes to the one that has the incident. Both ask for the editor's
 * permissions `streamcut.read` and `streamcut.write`. A type of node with such incidents calls it when it is registered,
 * since dialogs are opened before any node was ever deployed.
 */
export function serveFeedback(RED: NodeAPI): void {
  offersOf(RED);
}

/** Lets people say something of the incidents of this node, for as long as it runs. */
export function offerFeedback(RED: NodeAPI, node: Node, incidents: Offer['incidents']): void {
  const offers = offersOf(RED);
  const id = configIdOf(node);
  const ofId = offers.get(id) ?? new Set();
  const offer = { node, incidents };
  offers.set(id, ofId.add(offer));
  node.on('close', () => {
    ofId.delete(offer);
    if (ofId.size === 0 && offers.get(id) === ofId) offers.delete(id);
  });
}

function offersOf(RED: NodeAPI): Offers {
  const { httpAdmin, auth } = RED;
  const before = offered.get(httpAdmin);
  if (before) return before;
  const offers: Offers = new Map();
  offered.set(httpAdmin, offers);
  const path = '/streamcut/feedback/:node';

  httpAdmin.get(path, auth.needsPermission('streamcut.read'), ({ params }, response) => {
    const ofId = offers.get(String(params.node));
    // No error: a dialog may well be open before its node was ever deployed.
    response.json(ofId ? latestOf(ofId) : null);
  });

  httpAdmin.post(path, auth.needsPermission('streamcut.write'), (request, response) => {
    const ofId = [...(offers.get(String(request.params.node)) ?? [])];
    // Another site could send a form without asking, but no JSON.
    if (!request.is('application/json')) return void response.sendStatus(415);
    try {
      const { incident } = parseFeedback(request.body);
      const offer = ofId.find(({ incidents }) => incidents().some(({ id }) => id === incident));
      if (!offer) return void response.sendStatus(404);
      const message: object = { feedback: request.body as unknown };
      offer.node.receive(message as NodeMessageInFlow);
      return void response.sendStatus(204);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      return void response.status(400).json({ message: error.message });
    }
  });
  return offers;
}

/** Each incident once: of the shards that a split has made, several may know it. */
function latestOf(offers: Iterable<Offer>): ReviewedIncident[] {
  const all = new Map<string, ReviewedIncident>();
  for (const { incidents } of offers) for (const incident of incidents()) all.set(incident.id, incident);
  return [...all.values()].sort((a, b) => b.time - a.time).slice(0, mostShown);
}
