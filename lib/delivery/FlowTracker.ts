/**
 * Tells when a flow is done with a message: when every node that the message, or any copy of it, was delivered to has
 * finished. Node-RED itself does not tell, but its hooks show each delivery and each completion.
 * See https://nodered.org/docs/api/hooks/ for the events and their order.
 */
import type { NodeAPI } from 'node-red';
import { Departed } from './Departed';
import { Flight, type FlightOptions, type Receiver } from './Flight';
import { Traffic } from './Traffic';
import { TurnByTurn } from './TurnByTurn';
import { Work } from './Work';

type Hooks = NodeAPI['hooks'];
type Events = NodeAPI['events'];

/** What the hooks tell of a message that is sent or received. */
interface Delivery {
  readonly msg: object;
  readonly destination: { readonly id: string; readonly node: unknown };
}

/** The same, of a message that is sent. */
interface Sending extends Delivery {
  readonly source: { readonly node: unknown };
}

interface Completion {
  readonly msg: object;
  readonly error?: unknown;
  readonly node: { readonly id: string; readonly node: object };
}

/** Lets a delivery go on; with false it ends there, and nobody is told. May be called at any time. */
type Go = (on?: false) => void;

export interface TrackOptions extends FlightOptions {
  /** that the message belongs to */
  readonly traffic?: Traffic;
  /** of the traffic's barrier; left out, the one that sources send in */
  readonly epoch?: number;
}

/** Nodes that say done for nothing but what they have finished, also while they are being closed. */
const trusted = new WeakSet<object>();

export function trustDone(node: object): void {
  trusted.add(node);
}

/** Nodes of Node-RED that queue messages and do not say done for them: see TurnByTurn. */
const queueing = new Set(['switch']);

const label = 'streamcut-delivery';
/** Messages called back are remembered for so long, in milliseconds: nodes may still send copies of them. */
const memoryOfCalledBack = 600_000;
/** Milliseconds between looks for messages that are held too long. */
const sweepInterval = 250;

export class FlowTracker {
  private readonly byId = new Map<string, Flight>();
  /** Nodes may give a message another id; the object that was delivered is the surer sign. */
  private readonly byMessage = new WeakMap<object, Flight>();
  /** What is being received right now, the innermost last: what a node sends meanwhile comes of it, under any id. */
  private readonly receiving: (Flight | undefined)[] = [];
  private readonly turns = new TurnByTurn();
  private readonly departed = new Departed();
  private stopping = false;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly hooks: Hooks,
    private readonly events: Events,
    private readonly findNode: (id: string) => unknown,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  install(): void {
    this.hooks.add(`preRoute.${label}`, (event: Delivery) => this.routing(event.msg));
    this.hooks.add(`preDeliver.${label}`, (event: Sending, go: Go) => this.delivering(event, go));
    this.hooks.add(`onReceive.${label}`, (event: Delivery) => this.receives(event));
    this.hooks.add(`postReceive.${label}`, (event: Delivery) => this.received(event));
    this.hooks.add(`onComplete.${label}`, (event: Completion) => this.completed(event));
    this.events.on('flows:stopping', this.onStopping);
    this.events.on('flows:started', this.onStarted);
    this.sweeper = setInterval(() => this.sweep(), sweepInterval);
    this.sweeper.unref();
  }

  /** Follows nothing any more. What was called back is remembered: nodes that were stopped may still pass it on. */
  uninstall(): void {
    this.hooks.remove(`*.${label}`);
    this.events.removeListener('flows:stopping', this.onStopping);
    this.events.removeListener('flows:started', this.onStarted);
    clearInterval(this.sweeper);
    for (const flight of this.byId.values()) if (!flight.calledBack) this.forget(flight);
  }

  /**
   * Follows what `send` sends under the message's id. Resolves when the flow is done with it; an error counts as done,
   * once the Catch nodes are done with it as well. Never resolves when the flow is stopped in the middle.
   * @param send may go on in later turns: see `work`
   * @returns the error of the message, if a node has ended it with one
   */
  track(msg: { _msgid: string }, send: () => void | Promise<void>, options: TrackOptions): Promise<unknown> {
    const flight = this.flightFor(msg, options);
    const sent = () => {
      flight.sent();
      this.settle(flight);
    };
    let rest: void | Promise<void> = undefined;
    this.receiving.push(flight);
    try {
      rest = send();
    } finally {
      this.receiving.pop();
      if (!rest) sent();
    }
    if (rest) rest.then(sent, sent);
    return flight.done;
  }

  /** Begins work for a message that a node has got, or that is tracked. */
  work(msg: object): Work {
    return new Work(this.byMessage.get(msg), this.receiving, this.clock);
  }

  private flightFor(msg: { _msgid: string }, options: TrackOptions): Flight {
    const { traffic = new Traffic(), epoch = traffic.barrier.sending } = options;
    const onCallBack = () => {
      // The id stays known for as long as some node may send copies of the message.
      setTimeout(() => this.forget(flight), memoryOfCalledBack).unref();
    };
    const flight = new Flight(msg._msgid, traffic, epoch, options, this.clock(), onCallBack);
    this.byId.set(flight.id, flight);
    this.byMessage.set(msg, flight);
    return flight;
  }

  private forget(flight: Flight): void {
    if (this.byId.get(flight.id) === flight) this.byId.delete(flight.id);
  }

  private readonly onStopping = () => {
    this.stopping = true;
  };

  private readonly onStarted = () => {
    this.stopping = false;
    for (const flight of this.byId.values()) {
      if (flight.calledBack || (!flight.lost && !flight.isHeldBesides(this.findNode))) continue;
      flight.options.onLost();
      // Whoever sends it again calls it back. Nobody else must wait for it any more.
      if (flight.calledBack) continue;
      this.forget(flight);
      flight.abandon();
    }
  };

  private flightOf(msg: object): Flight | undefined {
    const id = (msg as { _msgid?: unknown })._msgid;
    const known = (typeof id === 'string' ? this.byId.get(id) : undefined) ?? this.byMessage.get(msg);
    const flight = known && (known.calledBack || this.byId.get(known.id) === known) ? known : undefined;
    return flight ?? this.receiving.at(-1);
  }

  private routing(msg: object): void {
    const flight = this.flightOf(msg);
    if (flight) flight.unrouted++;
  }

  private delivering({ msg, source, destination: { id, node } }: Sending, go: Go): void {
    const flight = this.flightOf(msg);
    if (!flight) {
      this.departed.seen((msg as { _msgid?: unknown })._msgid, source.node as Receiver, id);
      return go();
    }
    this.byMessage.set(msg, flight);
    flight.unrouted--;
    if (flight.calledBack) return go(false);
    flight.deliver(id, node as Receiver, this.clock());
    if (!flight.waits(id, go, this.clock)) go();
  }

  /** @returns false for a message that was called back after it had been handed over */
  private receives({ msg }: Delivery): false | undefined {
    const flight = this.byMessage.get(msg);
    if (flight?.calledBack) return false;
    // Handlers run to their end within the turn, or go on later without this trace.
    if (this.receiving.length === 0) queueMicrotask(() => (this.receiving.length = 0));
    this.receiving.push(flight);
    return undefined;
  }

  private received({ msg, destination: { id, node } }: Delivery): void {
    this.receiving.pop();
    const flight = this.byMessage.get(msg);
    const { type, _inputCallback, _inputCallbacks, _expectedDoneCount = 0 } = node as Receiver;
    const listens = Boolean(_inputCallback ?? _inputCallbacks);
    if (listens && _expectedDoneCount > 0) return;
    if (listens && queueing.has(type)) {
      // Messages of others take the node's turns as well.
      this.turns.add(node as object, () => flight && this.presumeDone(flight, id, node));
    } else if (flight) {
      // A node that was stopped before the message came has not processed it.
      if (!listens && this.stopping) flight.lost = true;
      else this.close(flight, id);
    }
  }

  /** A node that does not say done has had its turn, unless it is being stopped before it. */
  private presumeDone(flight: Flight, id: string, node: unknown): void {
    if (this.stopping && this.findNode(id) !== node) flight.lost = true;
    this.close(flight, id);
  }

  private completed({ msg, node, error }: Completion): void {
    const flight = this.byMessage.get(msg);
    if (!flight) return;
    // A node that is being closed may say done for what it throws away, as the core delay node does.
    if (this.stopping && this.findNode(node.id) !== node.node && !trusted.has(node.node)) flight.lost = true;
    if (error && (msg as { _msgid?: unknown })._msgid === flight.id) flight.error ??= error;
    // What Catch and Complete nodes send on comes after this hook, in the same turn, and belongs to the message too.
    queueMicrotask(() => this.close(flight, node.id));
  }

  private close(flight: Flight, nodeId: string): void {
    if (flight.close(nodeId, this.clock())) this.settle(flight);
  }

  private settle(flight: Flight): void {
    if (!flight.settle()) return;
    // While flows stop, nodes go away one by one, and what is sent to one that is gone disappears without a trace.
    if (this.stopping && flight.unrouted > 0) flight.lost = true;
    if (!flight.lost) this.end(flight);
  }

  private end(flight: Flight): void {
    if (flight.calledBack || this.byId.get(flight.id) !== flight) return;
    this.forget(flight);
    this.departed.add(flight.id, flight.traffic);
    flight.end();
  }

  private sweep(): void {
    if (this.stopping) return;
    const now = this.clock();
    for (const flight of this.byId.values()) {
      if (flight.calledBack || !flight.isIdle(now)) continue;
      flight.options.onHeld(flight.holders()[0] ?? '?');
      this.end(flight);
    }
  }
}
