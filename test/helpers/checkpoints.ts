import assert from 'node:assert/strict';
/** A source that can be read again, nodes that remember, and crashes, to see that what they remember is right. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Node, NodeAPI, NodeDef, NodeInitializer, NodeMessageInFlow } from 'node-red';
import helper from 'node-red-node-test-helper';
import { AckQueue } from '../../lib/delivery/AckQueue';
import type { Keeping, PartChange, SavedParts } from '../../lib/delivery/checkpoint/Keeping';
import { StateJournal } from '../../lib/delivery/checkpoint/StateJournal';
import type { CheckpointState } from '../../lib/delivery/checkpoint/members';
import { declareOutlet } from '../../lib/delivery/outlets';
import { feed, remember } from '../../lib/node-red/checkpoints';
import { onInput } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import { Slices, slice } from '../../lib/node-red/Slices';
import { integer } from '../../lib/settings/fields';
import { defineSettings } from '../../lib/settings/Settings';
import type { Steps } from '../../lib/steps/Steps';
import { useNodeRed } from './nodeRed';
import { until } from './until';

/** What a test sees of a tape, over all its restarts. */
class TapeControl {
  /** how many numbers there are to be read */
  length = 0;
  /** how many are sent in one turn of the event loop, at most; seven or so many may be under way */
  atOnce = 1;
  /** how many the flow has been sent, those that were sent again included */
  sendings = 0;
  /** how many had been sent when a barrier was raised last */
  noted = 0;
  /** milliseconds without activity after which a message counts as done */
  hold = 60_000;
  /** who had messages for that long */
  readonly held: string[] = [];
  readonly told: CheckpointState[] = [];
  readonly refusals: unknown[] = [];
  /** takes the flow back to its last checkpoint */
  rewind: () => void = () => undefined;
}

const tapes = new Map<string, TapeControl>();
const memories = new Map<string, Memory>();
const waiting: { readonly payload: unknown; readonly take: () => void }[] = [];

/** The tape of a node, by its id or its name. */
export function tapeOf(name = 'node'): TapeControl {
  const known = tapes.get(name) ?? new TapeControl();
  tapes.set(name, known);
  return known;
}

/** Sends the numbers 0, 1, 2, … as far as its tape is long. */
export const tape: NodeInitializer = (RED: NodeAPI) => {
  RED.nodes.registerType('tape', function (this: Node, config: NodeDef & { version?: number }) {
    RED.nodes.createNode(this, config);
    const { version = 1 } = config;
    const control = tapeOf(this.name || this.id);
    let position = { sent: 0, done: 0 };
    let saved = 0;
    let acks = new AckQueue<number>(() => undefined);
    let paused = false;
    let alive = false;
    let reading: Promise<void> = Promise.resolve();

    const sendNext = () => {
      const msg = { _msgid: RED.util.generateId(), payload: position.sent, topic: `k${position.sent % 3}` };
      const ack = acks.push(++position.sent);
      control.sendings++;
      const options = { hold: control.hold, onHeld: (holder: string) => void control.held.push(holder) };
      void membership.track(msg, () => this.send(msg), options).then(ack);
    };
    const read = async () => {
      while (alive) {
        for (let left = control.atOnce; left > 0 && alive && !paused; left--) {
          if (position.sent < control.length && acks.size < Math.max(7, control.atOnce)) sendNext();
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const membership = feed(RED, this, 'unreadable', {
      interval: 10,
      version,
      positions(of) {
        if (of === 'sent') control.noted = position.sent;
        if (position[of] === saved) return new Map();
        saved = position[of];
        return new Map([['', [{ part: 'position', put: Buffer.from(String(saved)) }]]]);
      },
      restore(parts, savedVersion) {
        if (savedVersion !== version) throw new Error(`of version ${version}, got ${savedVersion}`);
        saved = Number(Buffer.from(parts.get('position')?.base ?? []).toString());
        const restored = { sent: saved, done: saved };
        position = restored;
        acks = new AckQueue((done) => (restored.done = done));
      },
      partitions: () => undefined,
      begin() {
        alive = true;
        reading = read();
      },
      async end() {
        alive = false;
        await reading;
      },
      pause: () => (paused = true),
      resume: () => (paused = false),
      tell: (state) => void control.told.push(state),
      refuse: (error) => void control.refusals.push(error),
    });
    control.rewind = () => membership.rewind();
  });
};

/** All numbers that came, in their order, and their sum a topic: something that is appended and something that is put. */
class Memory implements Keeping {
  numbers: number[] = [];
  sums: Record<string, number> = {};
  private appended: number[] = [];
  private readonly changed = new Set<string>();

  constructor(readonly version: number) {}

  take(number: number, topic: string): void {
    this.begin(number);
    this.end(number, topic);
  }

  begin(number: number): void {
    this.numbers.push(number);
    this.appended.push(number);
  }

  end(number: number, topic: string): void {
    this.sums[topic] = (this.sums[topic] ?? 0) + number;
    this.changed.add(topic);
  }

  changes(): PartChange[] {
    const appends = this.appended.map((number) => ({ part: 'numbers', append: Buffer.from(`${number} `) }));
    const puts = [...this.changed].map((topic) => ({
      part: `sum ${topic}`,
      put: Buffer.from(String(this.sums[topic])),
    }));
    this.appended = [];
    this.changed.clear();
    return [...appends, ...puts];
  }

  restore(parts: SavedParts, version: number): void {
    if (version !== this.version) throw new Error(`of version ${this.version}, got ${version}`);
    const text = Buffer.concat(parts.get('numbers')?.appended ?? []).toString();
    this.numbers = text.split(' ').filter(Boolean).map(Number);
    this.sums = {};
    for (const [part, { base }] of parts) {
      if (part.startsWith('sum ')) this.sums[part.slice(4)] = Number(Buffer.from(base!).toString());
    }
    this.appended = [];
    this.changed.clear();
  }
}

/** Remembers the numbers that come, and passes them on. A message without a number is passed on at once. */
export const memory: NodeInitializer = (RED: NodeAPI) => {
  const settings = defineSettings({
    version: integer({ default: 1, min: 1, max: 9 }),
    /** how many messages it sends by itself while it is being started */
    eager: integer({ default: 0, min: 0, max: 9 }),
  });
  registerNode(RED, 'memory', settings, ({ node, settings: { version, eager } }) => {
    const kept = new Memory(version);
    const membership = remember<Memory>(RED, node, { unreadable: 'unreadable', create: () => kept });
    memories.set(node.name || node.id, kept);
    const sendByItself = () =>
      membership.track(() => {
        kept.take(-1, 'pulse');
        node.send({ payload: -1, topic: 'pulse' });
      });
    pulses.set(node.name || node.id, sendByItself);
    for (let sent = 0; sent < eager; sent++) sendByItself();
    onInput(node, (msg, send) => {
      if (typeof msg.payload === 'number') kept.take(msg.payload, String(msg.topic));
      send(msg);
    });
  });
};

const pulses = new Map<string, () => void>();

/**
 * Remembers the numbers that come, half of each at the beginning of a work of many slices and half at its end, and passes
 * them on then, in messages that nothing connects with those that came.
 */
export const sliced: NodeInitializer = (RED: NodeAPI) => {
  RED.nodes.registerType('sliced', function (this: Node, config: NodeDef & { slices?: number }) {
    RED.nodes.createNode(this, config);
    const kept = new Memory(1);
    const membership = remember<Memory>(RED, this, { unreadable: 'unreadable', create: () => kept });
    memories.set(this.name || this.id, kept);
    const slices = new Slices(membership.states, membership.work);
    this.on('close', () => slices.close());
    function* work(number: number, topic: string, send: (msg: object) => void): Steps {
      kept.begin(number);
      for (let left = config.slices ?? 5; left > 0; left--) yield slice;
      kept.end(number, topic);
      send({ payload: number, topic });
    }
    pulses.set(this.name || this.id, () =>
      membership.track((msg) =>
        slices.run(
          msg,
          work(-1, 'pulse', (made) => this.send(made as never)),
        ),
      ),
    );
    onInput(this, (msg, send) => slices.run(msg, work(Number(msg.payload), String(msg.topic), send)));
  });
};

/** Lets a memory send the number -1 by itself, which it remembers as if it had come. */
export function pulse(name = 'first'): void {
  pulses.get(name)!();
}

/** Takes messages and keeps them for a few milliseconds; says done and passes them on then. */
export const later: NodeInitializer = (RED: NodeAPI) => {
  RED.nodes.registerType('later', function (this: Node, config: NodeDef & { ms?: number }) {
    RED.nodes.createNode(this, config);
    this.on('input', (msg, send, done) => {
      setTimeout(
        () => {
          send(msg);
          done();
        },
        (config.ms ?? 5) * Math.random(),
      );
    });
  });
};

/** Takes messages and keeps them until the test says so; passes them on and says done then. */
export const gate: NodeInitializer = (RED: NodeAPI) => {
  RED.nodes.registerType('gate', function (this: Node, config: NodeDef) {
    RED.nodes.createNode(this, config);
    this.on('input', (msg, send, done) => {
      const pass = () => {
        send(msg);
        done();
      };
      atGates.push({ payload: msg.payload, pass });
    });
  });
};

const atGates: { readonly payload: unknown; readonly pass: () => void }[] = [];

/** Waits until there are so many messages at the gates. */
export function waitAtGates(count: number): Promise<void> {
  return until(
    () => atGates.length === count,
    () => `${count} messages at the gates, there are ${JSON.stringify(atGates)}`,
  );
}

/** Waits until a barrier has been raised behind all that a tape is to send. */
export async function barrierBehind(count: number): Promise<void> {
  await until(
    () => tapeOf().noted === count,
    () => `a barrier behind ${count} messages, the last was behind ${tapeOf().noted}`,
  );
}

/** Lets the first messages through. */
export function openGates(count: number): void {
  for (const { pass } of atGates.splice(0, count)) pass();
}

/** Says done for each message at once, and passes it on a few milliseconds later. */
export const hasty: NodeInitializer = (RED: NodeAPI) => {
  RED.nodes.registerType('hasty', function (this: Node, config: NodeDef) {
    RED.nodes.createNode(this, config);
    this.on('input', (msg, send, done) => {
      done();
      setTimeout(() => send(msg), 5);
    });
  });
};

/** Answers each message with one of its own, which has no id of the first. */
export const stranger: NodeInitializer = (RED: NodeAPI) => {
  RED.nodes.registerType('stranger', function (this: Node, config: NodeDef) {
    RED.nodes.createNode(this, config);
    this.on('input', ({ payload, topic }: NodeMessageInFlow, send, done) => {
      send({ payload, topic });
      done();
    });
  });
};

/** Hands messages to a service that takes them only when the test says so, and passes them on then. */
export const outlet: NodeInitializer = (RED: NodeAPI) => {
  RED.nodes.registerType('outlet', function (this: Node, config: NodeDef) {
    RED.nodes.createNode(this, config);
    declareOutlet(this);
    this.on('input', (msg, send, done) => {
      const take = () => {
        send(msg);
        done();
      };
      waiting.push({ payload: msg.payload, take });
    });
  });
};

/** What waits in outlets. */
export function waitingInOutlets(): unknown[] {
  return waiting.map(({ payload }) => payload);
}

/** Lets the service take what waits in the outlets. */
export function releaseOutlets(from = 0): unknown[] {
  return waiting.splice(from).map(({ payload, take }) => {
    take();
    return payload;
  });
}

/** What a memory remembers now, by the node's name or id. */
export function remembered(name = 'first'): readonly number[] {
  return memories.get(name)?.numbers ?? [];
}

function sums(name = 'first'): Readonly<Record<string, number>> {
  return memories.get(name)!.sums;
}

/** Each of these memories has every number below `count`, once, and what it makes of them. */
export function assertOnce(count: number, ...names: readonly string[]): void {
  for (const name of names) {
    const numbers = [...remembered(name)].sort((a, b) => a - b);
    assert.deepEqual(numbers, range(count), name);
    assert.deepEqual(sums(name), sumsOf(count), name);
  }
}

/** Waits until a memory has so many numbers. */
export function remembers(count: number, name = 'first'): Promise<void> {
  return until(
    () => remembered(name).length >= count,
    () => `${count} numbers in ${name}, has ${remembered(name).length}`,
  );
}

/** Lets a tape be as long as this, and waits until a memory has it all. */
export async function play(length: number, name?: string): Promise<void> {
  tapeOf().length = length;
  await remembers(length, name);
}

export function range(length: number, from = 0): number[] {
  return Array.from({ length }, (_, index) => from + index);
}

/** The sums of the numbers below `length` a topic, as the tape gives the topics. */
function sumsOf(length: number): Record<string, number> {
  const sums: Record<string, number> = {};
  for (let n = 0; n < length; n++) sums[`k${n % 3}`] = (sums[`k${n % 3}`] ?? 0) + n;
  return sums;
}

/** A Node-RED whose user directory can be seen as a crash would leave it. Call it in the suite's body. */
export function useCrashes(): {
  /** What is on disk at this moment, as if the process had been killed. */
  crash(): string;
  /** The next Node-RED finds this. */
  wakeUpWith(userDir: string): void;
  /** Kills the process now; the next Node-RED finds what is on disk at this moment. */
  die(): Promise<void>;
  /** What a memory would remember after a crash now, by the node's id. */
  saved(id?: string): number[];
} {
  let folders: string[] = [];
  let userDir = '';
  const newFolder = () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'crashes-'));
    folders.push(folder);
    return folder;
  };
  const wakeUpWith = (folder: string) => {
    userDir = folder;
    helper.settings({ userDir: folder } as never);
  };
  // A node that stops waits for what is in flight, and at the end of a test nobody looks at that any more.
  afterEach(() => void releaseOutlets());
  useNodeRed();
  beforeEach(() => {
    tapes.clear();
    memories.clear();
    atGates.length = waiting.length = 0;
    wakeUpWith(newFolder());
  });
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
    folders = [];
  });
  const crash = () => {
    const copy = newFolder();
    cpSync(userDir, copy, { recursive: true });
    return copy;
  };
  return {
    crash,
    wakeUpWith,
    async die() {
      const killed = crash();
      await helper.unload();
      atGates.length = 0;
      wakeUpWith(killed);
    },
    saved(id = 'first') {
      const { table } = StateJournal.open(path.join(crash(), 'streamcut', 'state'));
      const { parts, version } = table.partsOf(id, 'memory');
      const memory = new Memory(version ?? 1);
      memory.restore(parts, memory.version);
      return memory.numbers;
    },
  };
}
