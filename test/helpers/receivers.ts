/** Nodes as others write them, good and bad, to put behind a node under test. Each passes its messages on. */
import type { Node, NodeAPI, NodeInitializer, NodeMessageInFlow } from 'node-red';

type Handler = (msg: NodeMessageInFlow, send: (msg: object) => void, done: () => void) => void;

function nodeType(
  type: string,
  handler: (node: Node) => Handler | ((msg: NodeMessageInFlow) => void),
): NodeInitializer {
  return (RED: NodeAPI) => {
    RED.nodes.registerType(type, function (this: Node, config) {
      RED.nodes.createNode(this, config);
      this.on('input', handler(this) as never);
    });
  };
}

/** Says done some milliseconds after a message came. `most` is how many it had at once. */
export const slow = Object.assign(
  nodeType('slow', () => (msg, send, done) => {
    slow.most = Math.max(slow.most, ++slow.running);
    setTimeout(() => {
      slow.running--;
      send(msg);
      done();
    }, 15);
  }),
  { running: 0, most: 0 },
);

const kept: (() => void)[] = [];

/** How many messages `silent` and `holder` have and have not said done for. */
export function keptCount(): number {
  return kept.length;
}

/** Says done for everything that `silent` and `holder` have kept. */
export function releaseAll(): void {
  for (const done of kept.splice(0)) done();
}

/** Takes messages and does not say done. */
export const silent = nodeType('silent', () => (_msg, _send, done) => void kept.push(done));

/** Written for Node-RED before 1.0: knows no done. */
export const noDone = nodeType('no-done', (node) => (msg: NodeMessageInFlow) => void node.send(msg));

/** Passes on all, says done for the first four messages after its start, and keeps the rest. */
export const holder = nodeType('holder', () => {
  let seen = 0;
  return (msg, send, done) => {
    send(msg);
    if (++seen <= 4) done();
    else kept.push(done);
  };
});

/** Keeps messages, and says done for them when it is closed, as the core delay node does. `kept` is how many it has. */
export const forgetful = Object.assign(
  nodeType('forgetful', (node) => {
    const forgets: (() => void)[] = [];
    forgetful.kept = 0;
    node.on('close', () => forgets.forEach((done) => done()));
    return (_msg, _send, done) => void (forgetful.kept = forgets.push(done));
  }),
  { kept: 0 },
);

/** Fails with records, or batches of them, whose `n` is named in `times`, as often as that says. */
export const failing = Object.assign(
  nodeType('failing', (node) => (msg, send, done) => {
    const records = [msg.payload as { n: number } | { n: number }[]].flat();
    const n = records.map((record) => record.n).find((one) => failing.times.has(one)) ?? 0;
    const left = failing.times.get(n) ?? 0;
    if (left === 0) {
      send(msg);
      return done();
    }
    failing.times.set(n, left - 1);
    (done as (error: Error) => void)(new Error(`${node.type} with ${n}`));
  }),
  { times: new Map<number, number>() },
);
