import type { NodeAPI } from 'node-red';
import { identityOf } from '../../lib/delivery/identity';
import { within } from '../../lib/delivery/partitions';
import { remember, type Memory } from '../../lib/node-red/checkpoints';
import { forEachRecord, onInput, type Send } from '../../lib/node-red/onInput';
import { registerNode } from '../../lib/node-red/registerNode';
import { someOf } from '../../lib/records/alongside';
import { isBatch } from '../../lib/records/batch';
import type { Message } from '../../lib/records/messageProperty';
import { partitionOf } from '../../lib/records/partitionOf';
import { topicOf } from '../../lib/records/topicOf';
import type { Instant } from '../../lib/windows/Watermark';
import { settings } from './settings';
import { TumblingWindow, type Late } from './TumblingWindow';
import type { WindowMessage } from './WindowMessages';

interface LateRecord {
  /** position in the batch */
  readonly index: number;
  readonly why: Late;
}

export = (RED: NodeAPI): void => {
  registerNode(RED, 'tumbling-window', settings, ({ node, settings, status }) => {
    const memory: Memory<TumblingWindow> = remember(RED, node, {
      unreadable: RED._('tumbling-window.status.unreadable'),
      create: (scope) =>
        new TumblingWindow(
          settings,
          () => within(scope, memory.partitions()),
          identityOf(node),
          scope,
          (setting, keys) => {
            if (keys === 0) return;
            const values = { setting: RED._(`tumbling-window.label.${setting}`), keys: String(keys) };
            node.warn(RED._('tumbling-window.warning.dropped', values));
          },
        ),
    });
    const { states } = memory;
    let timer: NodeJS.Timeout | undefined;
    keepTime();
    node.on('close', () => clearTimeout(timer));

    onInput(node, (msg, send) => {
      const now = readClocks();
      // Sent at once: a record that is refused below must not take finished windows with it.
      for (const windows of states.all()) sendClosed(send, windows.advance(now));
      if (msg.reset) for (const windows of states.all()) windows.reset(topicOf(msg));
      else if (msg.flush) for (const windows of states.all()) sendClosed(send, windows.flush(topicOf(msg)));
      else takeAll(msg, send, now);
      showLoad();
    });

    function takeAll(msg: Message, send: Send, now: Instant): void {
      const late: LateRecord[] = [];
      forEachRecord(node, msg, (item) => {
        const windows = states.of(partitionOf(item));
        const why = windows.take(item, now, (closed) => sendClosed(send, closed));
        if (why) late.push({ index: item.index, why });
      });
      if (late.length > 0) send([null, lateMessage(msg, late)]);
    }

    /** Closes windows on time when no message comes. Each wait is measured anew, so that errors do not add up. */
    function keepTime(): void {
      const closed = states.all().flatMap((windows) => windows.advance(readClocks()));
      if (closed.length > 0) {
        memory.track(() => sendClosed((msg) => node.send(msg as never), closed));
        showLoad();
      }
      const waits = states.all().map((windows) => windows.wait(readClocks()));
      timer = setTimeout(keepTime, Math.min(...waits)).unref();
    }

    function showLoad(): void {
      const loads = states.all().map(({ load }) => load);
      const sum = (name: keyof TumblingWindow['load']) =>
        loads.reduce((total, load) => total + load[name], 0);
      const late = sum('late');
      const text = late > 0 ? 'tumbling-window.status.late' : 'tumbling-window.status.open';
      status.set({
        fill: late > 0 ? 'yellow' : 'green',
        shape: 'dot',
        text: RED._(text, {
          windows: String(sum('windows')),
          keys: String(sum('keys')),
          late: String(late),
        }),
      });
    }
  });
};

function readClocks(): Instant {
  return { wall: Date.now(), steady: performance.now() };
}

function sendClosed(send: Send, closed: readonly WindowMessage[]): void {
  if (closed.length > 0) send([closed, null]);
}

/** A late record leaves in its own message, unchanged; those of a batch in a smaller batch. */
function lateMessage(msg: Message, late: readonly LateRecord[]): Message {
  if (!isBatch(msg.payload)) return Object.assign(msg, { late: late[0]!.why });
  const indexes = late.map(({ index }) => index);
  return Object.assign(msg, someOf(msg, indexes), { late: late.map(({ why }) => why) });
}
